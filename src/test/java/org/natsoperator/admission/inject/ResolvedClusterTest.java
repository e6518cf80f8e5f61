package org.natsoperator.admission.inject;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.natsoperator.access.ClusterReference;
import org.natsoperator.access.Identity;
import org.natsoperator.admission.review.AdmissionResponse;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.api.NatsClusterStatus;
import org.natsoperator.testing.Clusters;
import org.natsoperator.testing.Roles;
import org.natsoperator.validation.FieldError;

class ResolvedClusterTest {

  private static final Identity USER = new Identity("nats-io", "nats-user");

  @Test
  void existingClusterHasNoWarning() {
    ResolvedCluster cluster = find(FakeClusterLookup.walkthrough(), Optional.empty());

    assertThat(cluster.toString()).isEqualTo("nats-io/example-nats");
    assertThat(cluster.trust()).isEqualTo(TokenMode.BOUND_SECRET);
    assertThat(cluster.client().audience()).isEqualTo("nats://example-nats.nats-io.svc");
    assertThat(cluster.warnings()).isEmpty();
  }

  /** While a cluster switches, some of its servers accept only the tokens of Secrets. */
  @ParameterizedTest(name = "spec {0} and status {1}: {2}")
  @CsvSource(
      nullValues = "none",
      value = {
        "Projected,   none,        PROJECTED",
        "Projected,   Projected,   PROJECTED",
        "Projected,   BoundSecret, BOUND_SECRET",
        "Projected,   absent,      BOUND_SECRET",
        "BoundSecret, none,        BOUND_SECRET",
        "BoundSecret, Projected,   BOUND_SECRET"
      })
  void injectsProjectedTokensWhenEveryServerAcceptsThem(
      String spec, String status, TokenMode expected) {
    NatsCluster cluster =
        Clusters.cluster(
            ("{version: 2.15.3, auth: {enableServiceAccounts: true, serviceAccountTokens: %s,"
                    + " projected: {tokenExpirationSeconds: 1800}}}")
                .formatted(spec));
    if (status != null) {
      cluster.setStatus(
          new NatsClusterStatus(
              1L,
              1,
              null,
              null,
              null,
              null,
              null,
              null,
              null,
              null,
              null,
              null,
              status.equals("absent") ? null : status,
              List.of()));
    }

    ResolvedCluster resolved = find(FakeClusterLookup.with(cluster), Optional.empty());

    assertThat(resolved.trust()).isEqualTo(expected);
    assertThat(resolved.lifetime()).isEqualTo(new TokenExpiration(1_800));
  }

  @Test
  void resolvesClusterOfNamedNamespace() {
    ResolvedCluster cluster =
        find(FakeClusterLookup.with(Clusters.in("core", "nats-io")), Optional.of("core"));

    assertThat(cluster.client().secret()).isEqualTo("nats-user-example-nats.core-bound-token");
    assertThat(cluster.client().user()).isEqualTo("nats-io.nats-user");
    assertThat(cluster.warnings()).isEmpty();
  }

  /** Otherwise everyone who may create a cluster could redirect the clients of others. */
  @Test
  void ignoresClusterOfAnotherNamespaceThatAdmitsNamespace() {
    ResolvedCluster cluster =
        find(FakeClusterLookup.with(Clusters.in("foreign", "nats-io")), Optional.empty());

    assertThat(cluster.url()).isEqualTo("nats://example-nats.nats-io.svc:4222");
    assertThat(cluster.client().secret()).isEqualTo("nats-user-example-nats-bound-token");
    assertThat(cluster.trust()).isEqualTo(TokenMode.BOUND_SECRET);
    assertThat(cluster.warnings())
        .containsExactly(
            "nats_cluster: NatsCluster nats-io/example-nats does not exist; create it, or set"
                + " nats.io/cluster-namespace");
  }

  @Test
  void warnsAboutClusterThatDoesNotAdmitNamespace() {
    ResolvedCluster cluster =
        find(FakeClusterLookup.with(Clusters.in("core")), Optional.of("core"));

    assertThat(cluster.toString()).isEqualTo("core/example-nats");
    assertThat(cluster.warnings())
        .containsExactly(
            "nats.io/cluster-namespace: NatsCluster core/example-nats does not list nats-io in"
                + " spec.auth.allowedNamespaces; add it");
  }

  @Test
  void warnsAboutRoleThatIsMissingOrForOtherCluster() {
    NatsCluster cluster = Clusters.walkthrough("2.15.3");
    String warning =
        "no permissions: NatsServiceRole nats-user for NatsCluster example-nats does not exist;"
            + " create it";

    assertThat(
            find(new FakeClusterLookup(List.of(cluster), List.of(), true), Optional.empty())
                .warnings())
        .containsExactly(warning);
    var role = Roles.user();
    role.getMetadata().getLabels().put("nats_cluster", "other");
    assertThat(
            find(new FakeClusterLookup(List.of(cluster), List.of(role), true), Optional.empty())
                .warnings())
        .containsExactly(warning);
  }

  @Test
  void warnsAboutUnreadableClusterWithoutCallingItMissing() {
    ResolvedCluster cluster =
        find(new FakeClusterLookup(List.of(), List.of(), false), Optional.empty());

    assertThat(cluster.trust()).isEqualTo(TokenMode.BOUND_SECRET);
    assertThat(cluster.warnings())
        .containsExactly(
            "NatsCluster nats-io/example-nats could not be read in time; the pod waits for Secret"
                + " nats-user-example-nats-bound-token");
  }

  /** A pod without a token is better than a pod that waits for a Secret which never exists. */
  @Test
  void injectsNoTokenForClusterWithoutServiceAccounts() {
    PodInjector injector = new PodInjector(FakeClusterLookup.with(Clusters.cluster("{size: 1}")));
    ObjectNode pod = Pods.withSpec("{containers: [{name: a}]}");
    AdmissionResponse response = injector.handle(Pods.created(pod));

    assertThat(response.warnings())
        .containsExactly(
            "no token: NatsCluster example-nats does not admit ServiceAccounts; set"
                + " spec.auth.enableServiceAccounts");
    ObjectNode injected = Pods.patched(pod, response.patch());
    assertThat(injected.at("/spec/containers/0"))
        .isEqualTo(
            Pods.yaml(
                "{name: a, env: [{name: NATS_URL, value: 'nats://example-nats.nats-io.svc:4222'},"
                    + " {name: NATS_CLUSTER, value: example-nats}]}"));
    assertThat(injected.path("spec").has("volumes")).isFalse();
    assertThat(injector.handle(Pods.created(injected)).patch()).isEmpty();
  }

  @Test
  void rejectsServiceAccountWhoseSecretNameIsTooLong() {
    String end = "-example-nats-bound-token";

    assertThat(reviewed("a".repeat(253 - end.length())).isAllowed()).isTrue();
    AdmissionResponse refused = reviewed("a".repeat(254 - end.length()));
    assertThat(refused.patch()).isEmpty();
    assertThat(refused.errors())
        .containsExactly(
            new FieldError(
                "spec.serviceAccountName",
                "is too long: the name of its token's Secret would exceed 253 characters; use a"
                    + " shorter name"));
  }

  private static AdmissionResponse reviewed(String account) {
    ObjectNode pod = Pods.withSpec("{containers: [{name: a}]}");
    pod.withObject("/spec").put("serviceAccountName", account);
    return new PodInjector(FakeClusterLookup.walkthrough()).handle(Pods.created(pod));
  }

  private static ResolvedCluster find(FakeClusterLookup lookup, Optional<String> namespace) {
    return ResolvedCluster.of(
        lookup.find(USER, new ClusterReference("nats-io", "example-nats", namespace)));
  }
}
