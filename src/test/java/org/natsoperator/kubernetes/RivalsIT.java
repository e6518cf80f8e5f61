package org.natsoperator.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBindingBuilder;
import io.fabric8.kubernetes.api.model.rbac.RoleBindingBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.natsoperator.testing.ApiServer;
import org.natsoperator.testing.Sandbox;

@ExtendWith(ApiServer.class)
class RivalsIT {

  private static final Clock CLOCK = Clock.systemUTC();

  private Sandbox sandbox;

  @BeforeEach
  void sandbox(Sandbox fresh) {
    sandbox = fresh;
  }

  @AfterEach
  void lockGone() {
    sandbox.client().leases().inNamespace(sandbox.namespace()).withName(LeaderLease.NAME).delete();
  }

  /** Who may edit a namespace may write Leases there. */
  @Test
  void a_lock_counts_only_if_its_holder_has_the_rights_of_an_operator() {
    KubernetesClient client = sandbox.client();
    client.resource(lock("")).create();
    assertThat(rivalsOf(Set.of()).any()).isEmpty();
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
      await().untilAsserted(() -> assertThat(rivalsOf(Set.of()).any()).map(Rival::namespace).contains(sandbox.namespace()));
    } finally {
      client.resource(binding).delete();
    }
  }

  /** Who rules a namespace may even give an account there the rights of an operator. */
  @ParameterizedTest(name = "that says it looks after \"{0}\"")
  @ValueSource(strings = {"", "its own"})
  void who_has_them_in_one_namespace_stops_nobody_who_looks_after_more(String says) {
    String namespace = sandbox.namespace();
    sandbox.client().resource(lock(says.isEmpty() ? "" : namespace)).create();
    var binding =
        new RoleBindingBuilder()
            .withNewMetadata()
            .withName("operator")
            .withNamespace(namespace)
            .endMetadata()
            .withNewRoleRef("rbac.authorization.k8s.io", "ClusterRole", "cluster-admin")
            .addNewSubject("", "ServiceAccount", "operator", namespace)
            .build();
    sandbox.client().resource(binding).create();
    await().untilAsserted(() -> assertThat(rivalsOf(Set.of(namespace)).any()).isPresent());
    assertThat(rivalsOf(Set.of()).any()).isEmpty();
    assertThat(rivalsOf(Set.of(namespace, "another")).any()).isEmpty();
    assertContested(Set.of(namespace, "another"));
    assertThat(rivalsOf(Set.of("another")).contesting()).isEmpty();
    assertThat(rivalsOf(Set.of(namespace)).contesting()).as("it stops who looks after no more").isEmpty();
    if (!says.isEmpty()) {
      assertContested(Set.of());
    }
  }

  /** Only where it has the rights. */
  private void assertContested(Set<String> watchNamespaces) {
    Rivals rivals = rivalsOf(watchNamespaces);
    assertThat(rivals.contesting()).extracting(rivals::contested).containsExactly(Set.of(sandbox.namespace()));
  }

  private Rivals rivalsOf(Set<String> watchNamespaces) {
    var properties = new OperatorProperties("nats-operator", "pod", "operator", watchNamespaces, NetworkPolicySettings.of(""));
    return new Rivals(sandbox.client(), properties, CLOCK);
  }

  private Lease lock(String watchNamespaces) {
    return new LeaseBuilder()
        .withNewMetadata()
        .withName(LeaderLease.NAME)
        .withNamespace(sandbox.namespace())
        .addToAnnotations(Rival.WATCH_NAMESPACES, watchNamespaces)
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
