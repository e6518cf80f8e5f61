package org.natsoperator.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBindingBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.natsoperator.testing.ApiServer;
import org.natsoperator.testing.Sandbox;

@ExtendWith(ApiServer.class)
class RivalsIT {

  private static final Clock CLOCK = Clock.systemUTC();

  /** Who may edit a namespace may write Leases there. */
  @Test
  void a_lock_counts_only_if_its_holder_has_the_rights_of_an_operator(Sandbox sandbox) {
    KubernetesClient client = sandbox.client();
    var properties = new OperatorProperties("nats-operator", "pod", "operator", Set.of(), NetworkPolicySettings.of(""));
    Rivals rivals = new Rivals(client, properties, CLOCK);
    client.resource(lock(sandbox.namespace())).create();
    assertThat(rivals.any()).isEmpty();
    var binding =
        new ClusterRoleBindingBuilder()
            .withNewMetadata()
            .withName(sandbox.namespace())
            .endMetadata()
            .withNewRoleRef("rbac.authorization.k8s.io", "ClusterRole", "cluster-admin")
            .addNewSubject("", "ServiceAccount", "operator", sandbox.namespace())
            .build();
    client.resource(binding).create();
    try {
      await().untilAsserted(() -> assertThat(rivals.any()).map(Rival::namespace).contains(sandbox.namespace()));
    } finally {
      client.resource(binding).delete();
      client.leases().inNamespace(sandbox.namespace()).withName(LeaderLease.NAME).delete();
    }
  }

  private static Lease lock(String namespace) {
    return new LeaseBuilder()
        .withNewMetadata()
        .withName(LeaderLease.NAME)
        .withNamespace(namespace)
        .addToAnnotations(Rival.WATCH_NAMESPACES, "")
        .addNewOwnerReference()
        .withApiVersion("v1")
        .withKind("ServiceAccount")
        .withName("operator")
        .withUid("5f0d0f6c-0000-4000-8000-000000000000")
        .endOwnerReference()
        .endMetadata()
        .withNewSpec()
        .withHolderIdentity("somebody")
        .withRenewTime(CLOCK.instant().atZone(ZoneOffset.UTC))
        .endSpec()
        .build();
  }
}
