package org.natsoperator.callout.servers;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.testing.Clusters;

/** Each connection that is not used has threads, and servers would ask it about logins. */
class ServedClusterTest {

  private static final NatsCluster CLUSTER = Clusters.named("served", "{}");

  private final List<String> lost = new ArrayList<>();
  private final List<String> closed = new ArrayList<>();
  private final List<String> queue = new ArrayList<>();
  private final ServedCluster<ServerConnection> served = new ServedCluster<>(Runnable::run);

  @Test
  void keepsConnections() {
    openBoth();

    assertThat(closed).isEmpty();
    assertThat(served.first(CLUSTER)).isPresent();
    assertThat(served.spare(CLUSTER)).isPresent();
    assertThat(served.promoteSpare(CLUSTER)).isEmpty();
  }

  @Test
  void closesReplacedConnections() {
    openBoth();
    openFirst("third");
    openSpare("fourth");

    assertThat(closed).containsExactly("first", "spare");
  }

  @Test
  void spareConnectionTakesThePlaceOfLostOne() {
    openBoth();
    lost.add("first");

    assertThat(served.promoteSpare(CLUSTER)).map(Object::toString).hasValue("spare");
    assertThat(closed).containsExactly("first");
    assertThat(served.first(CLUSTER)).map(Object::toString).hasValue("spare");
    assertThat(served.spare(CLUSTER)).isEmpty();
  }

  @Test
  void lostSpareConnectionTakesNoPlace() {
    openBoth();
    lost.addAll(List.of("first", "spare"));

    assertThat(served.promoteSpare(CLUSTER)).isEmpty();
    assertThat(served.first(CLUSTER)).isEmpty();
    assertThat(served.spare(CLUSTER)).isEmpty();
  }

  @Test
  void opensOtherConnectionsAfterItClosedThem() {
    openBoth();
    served.close();
    assertThat(served.first(CLUSTER)).isEmpty();
    openFirst("third");

    assertThat(closed).containsExactly("first", "spare");
  }

  @Test
  void closesConnectionsAtTheEnd() {
    openBoth();
    served.end();

    assertThat(closed).containsExactly("first", "spare");
  }

  @Test
  void closesConnectionThatWasOpenedTooLate() {
    served.end();
    openFirst("first");

    assertThat(closed).containsExactly("first");
  }

  @Test
  void leavesAndJoinsTheQueue() {
    served.answer(true, CLUSTER);
    assertThat(queue).as("without a connection").isEmpty();

    openBoth();
    served.answer(false, CLUSTER);
    served.answer(true, CLUSTER);
    assertThat(queue).containsExactly("first leaves", "spare leaves", "first joins", "spare joins");
  }

  @Test
  void opensOneConnectionAtATime() {
    List<Runnable> tasks = new ArrayList<>();
    ServedCluster<ServerConnection> slow = new ServedCluster<>(tasks::add);
    slow.openFirst(Optional::empty);
    slow.openSpare(Optional::empty);

    assertThat(tasks).hasSize(1);
    assertThat(slow.isConnecting()).isTrue();
    tasks.getFirst().run();
    assertThat(slow.isConnecting()).isFalse();
    slow.openFirst(Optional::empty);
    assertThat(tasks).hasSize(2);
  }

  private void openBoth() {
    openFirst("first");
    openSpare("spare");
  }

  private void openFirst(String name) {
    served.openFirst(() -> Optional.of(connection(name)));
  }

  private void openSpare(String name) {
    served.openSpare(() -> Optional.of(connection(name)));
  }

  private ServerConnection connection(String name) {
    return new ServerConnection() {
      @Override
      public boolean isConnectedFor(NatsCluster cluster) {
        return !lost.contains(name);
      }

      @Override
      public void answer(boolean wanted) {
        queue.add(name + (wanted ? " joins" : " leaves"));
      }

      @Override
      public void close() {
        closed.add(name);
      }

      @Override
      public String toString() {
        return name;
      }
    };
  }
}
