package org.natsoperator.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBinding;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBindingBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.List;
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
    Rivals rivals = rivals(client, "nats-operator");
    client.resource(lock(sandbox.namespace())).create();
    assertThat(rivals.any()).isEmpty();
    var binding = rights(sandbox.namespace());
    client.resource(binding).create();
    try {
      await().untilAsserted(() -> assertThat(rivals.any()).map(Rival::namespace).contains(sandbox.namespace()));
    } finally {
      client.resource(binding).delete();
      client.leases().inNamespace(sandbox.namespace()).withName(LeaderLease.NAME).delete();
    }
  }

  /** Else whoever rules a namespace could end the operator of all at its next restart. */
  @Test
  void who_led_before_is_not_kept_from_it_by_one_that_came_later(Sandbox sandbox) throws InterruptedException {
    KubernetesClient client = sandbox.client();
    String later = sandbox.namespace() + "-later";
    client.resource(new NamespaceBuilder().withNewMetadata().withName(later).endMetadata().build()).create();
    List<ClusterRoleBinding> bindings = List.of(rights(sandbox.namespace()), rights(later));
    bindings.forEach(binding -> client.resource(binding).create());
    try {
      // Nobody holds it any more.
      client.resource(new LeaseBuilder(lock(sandbox.namespace())).editSpec().withHolderIdentity("").endSpec().build()).create();
      // Times of creation are whole seconds.
      Thread.sleep(1_100);
      client.resource(lock(later)).create();

      assertThat(rivals(client, sandbox.namespace()).any()).isEmpty();
      await().untilAsserted(() -> assertThat(rivals(client, "nats-operator").any()).map(Rival::namespace).contains(later));
    } finally {
      bindings.forEach(binding -> client.resource(binding).delete());
      client.leases().inNamespace(later).withName(LeaderLease.NAME).delete();
      client.namespaces().withName(later).delete();
    }
  }

  private static Rivals rivals(KubernetesClient client, String ownNamespace) {
    return new Rivals(client, new OperatorProperties(ownNamespace, "pod", "operator", Set.of(), NetworkPolicySettings.of("")), CLOCK);
  }

  private static ClusterRoleBinding rights(String namespace) {
    return new ClusterRoleBindingBuilder()
        .withNewMetadata()
        .withName(namespace)
        .endMetadata()
        .withNewRoleRef("rbac.authorization.k8s.io", "ClusterRole", "cluster-admin")
        .addNewSubject("", "ServiceAccount", "operator", namespace)
        .build();
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
