package org.natsoperator.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.natsoperator.testing.HostileClusters;
import org.natsoperator.testing.LongTest;
import org.natsoperator.testing.OperatorTest;
import org.natsoperator.testing.Sandbox;
import org.natsoperator.testing.SlowMonitoring;

/** The owner of a namespace chooses how many clusters it has, and how long their servers need. */
@LongTest
@OperatorTest
class NamespaceTurnsIT {

  private static final int CLUSTERS = 12;

  /** Enough for each cluster to be reconciled repeatedly. */
  private static final int REQUESTS = 120;

  /** The operator may stop waiting for a request before the server has answered it. */
  private static final int MOST = 4;

  private static final Duration TIMEOUT = Duration.ofMinutes(1);

  private static final String SPEC = "{size: 1, version: 2.15.3}";

  @Test
  void fewClustersOfNamespaceAreReconciledAtATime(Sandbox sandbox) throws IOException {
    try (SlowMonitoring monitoring = SlowMonitoring.start()) {
      HostileClusters.create(
          sandbox, "slow", CLUSTERS, SPEC, set -> monitoring.createPod(set, sandbox.client()));
      await().atMost(TIMEOUT).until(() -> monitoring.requests() >= REQUESTS);
      assertThat(monitoring.mostAtATime()).isBetween(1, MOST);
      HostileClusters.awaitRefusals(sandbox, "slow", CLUSTERS);
    }
  }
}
