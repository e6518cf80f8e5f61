package org.natsoperator.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.natsoperator.testing.Manifests.CLUSTER;

import io.fabric8.kubernetes.api.model.Secret;
import org.junit.jupiter.api.Test;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.testing.Manifests;
import org.natsoperator.testing.OperatorTest;
import org.natsoperator.testing.Sandbox;
import org.natsoperator.testing.SdkContexts;
import org.springframework.beans.factory.annotation.Autowired;

/**
 * A cluster is deleted while it is reconciled, for example while the operator waits for an answer
 * of its servers.
 */
@OperatorTest
class DeletedDuringReconciliationIT {

  @Autowired private NatsClusterReconciler reconciler;

  /** The operator may be uninstalled right after the deletion. */
  @Test
  void keepsNoKeys(Sandbox sandbox) {
    sandbox.apply(Manifests.cluster(1, "2.15.3"));
    await().until(() -> keys(sandbox, sandbox.cluster(CLUSTER)) != null);
    NatsCluster deleted = sandbox.cluster(CLUSTER);
    sandbox.client().resource(deleted).delete();
    await().until(() -> keys(sandbox, deleted) == null);

    reconciler.reconcile(deleted, SdkContexts.deleted(false));

    assertThat(keys(sandbox, deleted)).isNull();
  }

  private static Secret keys(Sandbox sandbox, NatsCluster cluster) {
    String name = "nats-cluster-" + cluster.getMetadata().getUid();
    return sandbox.client().secrets().inNamespace(OperatorTest.NAMESPACE).withName(name).get();
  }
}
