package org.natsoperator.callout.connections;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.natsoperator.callout.connections.ConnectionIndex.Key;

class PeersTest {

  private static final Instant START = Instant.parse("2026-11-27T12:00:00Z");
  private static final Key ONE = new Key("server", 1);
  private static final Key TWO = new Key("server", 2);

  private final Peers peers = new Peers(START);

  @Test
  void findsReplicaAfterThreeMissingHeartbeats() {
    peers.heard(ONE, "one", true, START);
    for (int beat = 1; beat <= 3; beat++) {
      peers.heard(TWO, "two", true, at(beat));
      assertThat(peers.silent(at(beat))).as("after %d intervals", beat).isEmpty();
    }

    assertThat(peers.silent(at(4))).containsExactly(ONE);
    assertThat(peers.silent(at(5))).as("it is reported once").isEmpty();
  }

  @Test
  void doesNotJudgeOthersAfterItsOwnPause() {
    peers.heard(ONE, "one", true, START);

    assertThat(peers.silent(at(10))).isEmpty();
    assertThat(peers.silent(at(11))).isEmpty();
  }

  @Test
  void findsReplicaThatHangsAfterThePause() {
    peers.heard(ONE, "one", true, START);
    peers.silent(at(10));

    assertThat(List.of(11, 12, 13))
        .allSatisfy(beat -> assertThat(peers.silent(at(beat))).isEmpty());
    assertThat(peers.silent(at(14))).containsExactly(ONE);
  }

  @Test
  void countsReplicasThatReachTheApiServer() {
    peers.heard(ONE, "one", true, START);
    peers.heard(TWO, "two", false, START);
    assertThat(peers.count()).isEqualTo(1);

    peers.heard(ONE, "one", false, START);
    assertThat(peers.count()).isZero();
    assertThat(peers.silent(at(4))).as("after a pause").isEmpty();
    assertThat(peers.count()).isZero();
  }

  @Test
  void countsReplicaWithTwoConnectionsOnce() {
    peers.heard(ONE, "one", true, START);
    peers.heard(TWO, "one", true, START);
    assertThat(peers.count()).isEqualTo(1);

    peers.heard(TWO, "two", true, START);
    assertThat(peers.count()).isEqualTo(2);
  }

  @Test
  void isBounded() {
    for (int cid = 0; cid < 1_000; cid++) {
      peers.heard(new Key("server", cid), "one", true, START);
    }
    for (int beat = 1; beat <= 3; beat++) {
      peers.silent(at(beat));
    }

    assertThat(peers.silent(at(4))).hasSize(20);
  }

  private static Instant at(int beat) {
    return START.plus(Peers.INTERVAL.multipliedBy(beat));
  }
}
