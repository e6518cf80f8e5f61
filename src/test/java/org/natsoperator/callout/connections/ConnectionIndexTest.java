package org.natsoperator.callout.connections;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.natsoperator.access.Identity;
import org.natsoperator.callout.connections.ConnectionIndex.Entry;
import org.natsoperator.callout.connections.ConnectionIndex.Key;

class ConnectionIndexTest {

  private final AtomicInteger clusters = new AtomicInteger(1);
  private final AtomicInteger overflows = new AtomicInteger();
  private final ConnectionIndex index =
      new ConnectionIndex(clusters::get, overflows::incrementAndGet);

  @Test
  void findsConnectionsByLogin() {
    index.put(entry(1, "a"));
    index.put(entry(2, "b"));
    index.put(entry(3, "a"));

    assertThat(index.find(login -> login.identity().serviceAccount().equals("a")))
        .extracting(entry -> entry.key().cid())
        .containsExactlyInAnyOrder(1L, 3L);
  }

  @Test
  void forgetsConnectionThatEnded() {
    index.put(entry(1, "a"));

    index.remove(new Key("server", 1));

    assertThat(index.find(login -> true)).isEmpty();
  }

  @Test
  void forgetsConnectionThatListsNoLongerContain() {
    index.put(entry(1, "a"));
    index.put(entry(2, "a"));

    for (int list = 0; list < 4; list++) {
      index.beginList();
      index.put(entry(2, "a"));
    }

    assertThat(index.find(login -> true))
        .extracting(entry -> entry.key().cid())
        .containsExactly(2L);
  }

  @Test
  void keepsConnectionThatOneListMisses() {
    index.beginList();
    index.put(entry(1, "a"));
    index.beginList();
    index.beginList();

    assertThat(index.find(login -> true)).hasSize(1);
  }

  @Test
  void isBounded() {
    fill();
    assertThat(index.find(login -> true)).hasSize(ConnectionIndex.MAX_CONNECTIONS);
    assertThat(overflows).as("calls for one list").hasValue(1);

    index.beginList();
    fill();
    assertThat(overflows).hasValue(2);
  }

  @Test
  void sharesMemoryWithOtherClusters() {
    fill();
    clusters.set(5);
    index.beginList();
    assertThat(index.find(login -> true)).hasSize(ConnectionIndex.MAX_CONNECTIONS / 5);

    clusters.set(1);
    fill();
    assertThat(index.find(login -> true)).hasSize(ConnectionIndex.MAX_CONNECTIONS);
  }

  private void fill() {
    IntStream.range(0, ConnectionIndex.MAX_CONNECTIONS + 5)
        .forEach(cid -> index.put(entry(cid, "a")));
  }

  private static Entry entry(long cid, String account) {
    return new Entry(
        new Key("server", cid),
        new ConnectionTags(
            new Identity("ns", account),
            "",
            Optional.empty(),
            Optional.empty(),
            "role",
            1,
            1,
            List.of(),
            Instant.EPOCH));
  }
}
