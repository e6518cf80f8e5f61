package org.natsoperator.callout;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LoginPlacesTest {

  private final LoginPlaces places = new LoginPlaces();

  @Test
  void clusterLeavesPlacesToOthers() {
    assertThat(enter("one", LoginPlaces.MOST)).isEqualTo(LoginPlaces.MOST_PER_CLUSTER);
    assertThat(enter("two", LoginPlaces.MOST)).isEqualTo(LoginPlaces.MOST_PER_CLUSTER);
  }

  @Test
  void allClustersShareTheMemory() {
    int entered = IntStream.range(0, 10).map(i -> enter("cluster" + i, LoginPlaces.MOST)).sum();

    assertThat(entered).isEqualTo(LoginPlaces.MOST);
  }

  @Test
  void placeIsFreeAgain() {
    enter("one", LoginPlaces.MOST);
    places.leave("one");

    assertThat(enter("one", 2)).isEqualTo(1);
  }

  private int enter(String cluster, int times) {
    return (int) IntStream.range(0, times).filter(i -> places.enter(cluster)).count();
  }
}
