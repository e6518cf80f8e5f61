package org.natsoperator.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.natsoperator.testing.Manifests.CLUSTER;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.util.Objects;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.testing.HangingServers;
import org.natsoperator.testing.Manifests;
import org.natsoperator.testing.OperatorTest;
import org.natsoperator.testing.Sandbox;
import org.springframework.beans.factory.annotation.Autowired;

/**
 * A cluster is deleted while it is reconciled, for example while the operator waits for an answer
 * of its servers.
 */
@OperatorTest
class DeletedDuringReconciliationIT {

  /** Without it, the operator itself asks the servers to reload and waits for them. */
  private static final String WITHOUT_SIDECAR =
      "{size: 1, version: 2.15.2, auth: {enableServiceAccounts: true}}";

  @Autowired private NatsClusterReconciler reconciler;

  /** The operator may be uninstalled right after the deletion. */
  @Test
  void keepsNoKeys(Sandbox sandbox) {
    sandbox.apply(Manifests.cluster(1, "2.15.3"));
    await().until(() -> keys(sandbox, sandbox.cluster(CLUSTER)) != null);
    NatsCluster deleted = sandbox.cluster(CLUSTER);
    sandbox.client().resource(deleted).delete();
    await().until(() -> keys(sandbox, deleted) == null);

    reconciler.reconcile(deleted, context());

    assertThat(keys(sandbox, deleted)).isNull();
  }

  /**
   * The SDK reports the deletion of the first cluster together with the second one. Not each
   * attempt meets this order.
   */
  @RepeatedTest(6)
  void reconcilesClusterThatWasRecreatedMeanwhile(Sandbox sandbox) throws IOException {
    sandbox.apply(Manifests.cluster(WITHOUT_SIDECAR));
    StatefulSet set = await().until(() -> sandbox.statefulSet(CLUSTER), Objects::nonNull);
    try (HangingServers servers = HangingServers.start()) {
      servers.createPods(set, 1, sandbox.client());
      servers.pauseMonitoring();
      sandbox.delete(sandbox.cluster(CLUSTER));
      sandbox.apply(Manifests.cluster(WITHOUT_SIDECAR));
      servers.resumeMonitoring();

      NatsCluster second = sandbox.cluster(CLUSTER);
      await().until(() -> keys(sandbox, second) != null);
    }
  }

  /** A context that does not say that the cluster was deleted. */
  @SuppressWarnings("unchecked")
  private static Context<NatsCluster> context() {
    return (Context<NatsCluster>)
        Proxy.newProxyInstance(
            Context.class.getClassLoader(),
            new Class<?>[] {Context.class},
            (context, method, arguments) -> method.getReturnType() == boolean.class ? false : null);
  }

  private static Secret keys(Sandbox sandbox, NatsCluster cluster) {
    String name = "nats-cluster-" + cluster.getMetadata().getUid();
    return sandbox.client().secrets().inNamespace(OperatorTest.NAMESPACE).withName(name).get();
  }
}
