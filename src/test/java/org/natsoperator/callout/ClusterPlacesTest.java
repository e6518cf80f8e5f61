package org.natsoperator.callout;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ClusterPlacesTest {

  private static final int MOST = 2_000;

  private final ClusterPlaces places = new ClusterPlaces(MOST);

  @Test
  void clusterLeavesHalfOfThePlaces() {
    assertThat(enter("one", MOST)).isEqualTo(1_000);
    assertThat(enter("two", MOST)).isEqualTo(500);
  }

  /** Each free place can be taken by any cluster. */
  @Test
  void busyClustersApproachEqualShares() {
    Map<String, Integer> own = new HashMap<>();
    for (int turn = 0; turn < 3_000; turn++) {
      for (int i = 0; i < 10; i++) {
        String cluster = "cluster" + i;
        own.merge(cluster, enter(cluster, 5), Integer::sum);
        if (own.get(cluster) > 0) {
          places.leave(cluster, 1);
          own.merge(cluster, -1, Integer::sum);
        }
      }
    }

    assertThat(own.values()).allSatisfy(share -> assertThat(share).isBetween(MOST / 12, MOST / 10));
    assertThat(enter("another", MOST)).isGreaterThan(50);
  }

  @Test
  void severalPlacesAreTakenTogether() {
    assertThat(places.enter("one", 1_001)).isFalse();
    assertThat(places.enter("one", 999)).isTrue();
    assertThat(places.enter("one", 2)).isFalse();
    assertThat(places.enter("one", 1)).isTrue();
  }

  @Test
  void placesAreFreeAgain() {
    assertThat(places.enter("one", 1_000)).isTrue();
    assertThat(enter("one", 1)).isZero();

    places.leave("one", 1);
    assertThat(enter("one", 2)).isEqualTo(1);

    places.leave("one", 1_000);
    assertThat(enter("two", MOST)).isEqualTo(1_000);
  }

  private int enter(String cluster, int times) {
    return (int) IntStream.range(0, times).filter(i -> places.enter(cluster, 1)).count();
  }
}
