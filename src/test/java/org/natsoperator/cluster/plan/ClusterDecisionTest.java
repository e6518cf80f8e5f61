package org.natsoperator.cluster.plan;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Secret;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.natsoperator.api.CalloutKeys;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.api.NatsClusterSpec;
import org.natsoperator.api.NatsClusterStatus;
import org.natsoperator.cluster.resources.ConfigSecret;
import org.natsoperator.kubernetes.Conditions;
import org.natsoperator.role.Binding.Unbound;
import org.natsoperator.role.ObservedRole;
import org.natsoperator.settings.ImageRegistry;
import org.natsoperator.settings.NetworkPolicySettings;
import org.natsoperator.testing.Clusters;
import org.natsoperator.testing.ObservedClusterFixture;
import org.natsoperator.testing.ObservedServerFixture;
import org.natsoperator.testing.Roles;
import org.natsoperator.testing.VarzFixture;
import org.natsoperator.validation.FieldError;

class ClusterDecisionTest {

  private static final NetworkPolicySettings NO_NETWORK_POLICY =
      new NetworkPolicySettings(false, List.of());
  private static final Instant NOW = Instant.parse("2026-11-25T00:00:00Z");
  private static final NatsCluster VALID = Clusters.walkthrough("2.15.2");
  private static final String PROJECTED =
      "{version: 2.15.3, pod: {enableConfigReload: true}, auth: {enableServiceAccounts: true,"
          + " serviceAccountTokens: Projected}}";
  private static final CalloutKeys CALLOUT_KEYS = new CalloutKeys("AISSUER", "XKEY");
  private static final ObservedCallout ANSWERED = new ObservedCallout(2, Optional.of(List.of()));
  private static final String CLOSED = "auth: {enableServiceAccounts: true}";

  @Test
  void createsAllObjectsOfValidCluster() {
    ClusterDecision decision = decide(observed(VALID));

    assertThat(decision.errors()).isEmpty();
    assertThat(kinds(decision))
        .containsExactly(
            "Secret", "Service", "Service", "PodDisruptionBudget", "StatefulSet", "Secret");
  }

  @Test
  void updatesOnlyUsersOfPausedCluster() {
    Secret running = running();
    NatsCluster paused =
        Clusters.cluster("{paused: true, size: 5, version: 2.14.0, " + CLOSED + "}");
    ClusterDecision decision = decide(running(paused, running, "nats-admin-user"));

    assertThat(all(decision))
        .extracting(object -> object.getMetadata().getName())
        .containsExactly(running.getMetadata().getName());
    ObjectNode after = ConfigSecret.fileIn((Secret) all(decision).getFirst()).orElseThrow().parse();
    assertThat(users(after)).containsExactly("nats-admin-user", "_nobody");
    assertThat(decision.restart()).isEmpty();
  }

  @Test
  void recordsKeysOfCallout() {
    ClusterDecision decision = decide(projected(CALLOUT_KEYS, Optional.empty()));

    assertThat(decision.errors()).isEmpty();
    assertThat(issuer(decision)).isEqualTo(CALLOUT_KEYS.issuer());
    NatsClusterStatus status =
        decision.status(projected(CALLOUT_KEYS, Optional.empty()), List.of(), NOW);
    assertThat(status.calloutKeys()).isEqualTo(CALLOUT_KEYS);
    assertThat(status.serviceAccountTokens()).isEqualTo("Projected");
  }

  /** A Secret that someone planted must not admit clients. */
  @Test
  void keepsRecordedKeysOfCallout() {
    ObservedCluster observed =
        projected(new CalloutKeys("APLANTED", "XPLANTED"), Optional.of(CALLOUT_KEYS));
    ClusterDecision decision = decide(observed);

    assertThat(decision.errors())
        .singleElement()
        .satisfies(
            error -> {
              assertThat(error.field()).isEqualTo("status.calloutKeys");
              assertThat(error.message())
                  .contains("Secret nats-cluster-" + Clusters.UID + "-callout");
            });
    assertThat(issuer(decision)).isEqualTo(CALLOUT_KEYS.issuer());
    assertThat(decision.status(observed, decision.errors(), NOW).calloutKeys())
        .isEqualTo(CALLOUT_KEYS);
    assertThat(all(decision)).isEmpty();
  }

  @Test
  void missingKeysOfCalloutAreAnError() {
    NatsCluster cluster = Clusters.cluster(PROJECTED);
    cluster.setStatus(status(CALLOUT_KEYS));
    ObservedCluster observed = ObservedClusterFixture.of(cluster).build(ANSWERED);
    ClusterDecision decision = decide(observed);

    assertThat(decision.errors())
        .singleElement()
        .satisfies(error -> assertThat(error.message()).contains("nats.io/renew-keys"));
    assertThat(issuer(decision)).isEqualTo(CALLOUT_KEYS.issuer());
    assertThat(reason(decision, observed)).isEqualTo("KeysInvalid");
  }

  @Test
  void acceptsRequestedKeysOfCallout() {
    CalloutKeys renewed = new CalloutKeys("ANEW", "XNEW");
    ObservedCluster observed = projected(renewed, Optional.of(CALLOUT_KEYS));
    observed.cluster().getMetadata().setAnnotations(Map.of("nats.io/renew-keys", "1"));
    ClusterDecision decision = decide(observed);

    assertThat(decision.errors()).isEmpty();
    assertThat(issuer(decision)).isEqualTo("ANEW");
    NatsClusterStatus status = decision.status(observed, List.of(), NOW);
    assertThat(status.calloutKeys()).isEqualTo(renewed);
    assertThat(status.renewedKeys()).isEqualTo("1");
  }

  @Test
  void reportsReplicasThatAnswerLogins() {
    NatsCluster cluster = Clusters.cluster(PROJECTED);
    ObservedClusterFixture fixture =
        ObservedClusterFixture.of(cluster)
            .keys(Clusters.KEYS.withCallout(Optional.of(CALLOUT_KEYS)));

    ObservedCluster unanswered = fixture.build(ObservedCallout.NONE);
    assertThat(reason(decide(unanswered), unanswered)).isEqualTo("NoReplica");
    ObservedCluster answered = fixture.build(ANSWERED);
    assertThat(reason(decide(answered), answered)).isEqualTo("LoginsAnswered");
  }

  /** Servers with a list of users would reject these pods. */
  @Test
  void changeBackWaitsForPodsWithProjectedTokens() {
    Optional<List<String>> pods = Optional.of(List.of("nats-io/client"));
    ObservedCluster waiting = switchingBack(Map.of(), pods);
    assertThat(issuer(decide(waiting))).isEqualTo(CALLOUT_KEYS.issuer());
    assertThat(reason(decide(waiting), waiting)).isEqualTo("WaitingForPods");
    assertThat(issuer(decide(switchingBack(Map.of(), Optional.empty()))))
        .as("pods are not known")
        .isEqualTo(CALLOUT_KEYS.issuer());

    assertThat(issuer(decide(switchingBack(Map.of(), Optional.of(List.of()))))).isEmpty();
    assertThat(issuer(decide(switchingBack(Map.of("nats.io/force-token-switch", "true"), pods))))
        .as("forced")
        .isEmpty();
  }

  /** While servers are replaced, those of the older revision still compare passwords. */
  @Test
  void serversThatDoNotAskTheOperatorYetKeepTheirUsers() {
    Secret running = running();
    ClusterDecision decision = decide(switching(running));

    assertThat(decision.status(switching(running), List.of(), NOW).serviceAccountTokens())
        .as("tokens of new client pods")
        .isEqualTo("BoundSecret");
    List<ObjectNode> files =
        decision.files().stream()
            .map(file -> ConfigSecret.fileIn((Secret) file).orElseThrow().parse())
            .toList();
    assertThat(files)
        .extracting(file -> file.path("authorization").has("auth_callout"))
        .containsExactlyInAnyOrder(true, false);
    assertThat(files)
        .extracting(ClusterDecisionTest::users)
        .containsExactlyInAnyOrder(List.of("_nobody"), List.of("nats-admin-user", "_nobody"));
  }

  @Test
  void createsNothingForInvalidCluster() {
    NatsCluster invalid = Clusters.cluster("{size: -1, version: latest!, " + CLOSED + "}");
    ClusterDecision decision = decide(observed(invalid));

    assertThat(decision.errors())
        .extracting(FieldError::field)
        .containsExactly("spec.size", "spec.version");
    assertThat(all(decision)).isEmpty();
  }

  @Test
  void clusterBeingDeletedOnlyUpdatesUsersOfExistingFiles() {
    NatsCluster held = Clusters.walkthrough("2.15.2");
    held.getMetadata().setDeletionTimestamp("2026-11-27T00:00:00Z");
    Secret running = running();
    ObservedServer server =
        ObservedServerFixture.running("example-nats-1")
            .configSecret(running.getMetadata().getName())
            .varz(VarzFixture.of("2.15.2").digest("older"))
            .build();
    ObservedCluster observed =
        ObservedClusterFixture.of(held).objects(running).servers(server).build();
    ObservedCluster deletedSecret = ObservedClusterFixture.of(held).servers(server).build();

    assertThat(all(decide(observed)))
        .extracting(object -> object.getMetadata().getName())
        .containsExactly(running.getMetadata().getName());
    assertThat(decide(deletedSecret).filesToRestore(deletedSecret)).isEmpty();
    assertThat(
            users(
                ConfigSecret.fileIn((Secret) all(decide(observed)).getFirst())
                    .orElseThrow()
                    .parse()))
        .containsExactly("_nobody");
  }

  /** An older CRD admits every size. */
  @Test
  void hugeSizeIsInvalidAndAddsNoRoutes() {
    NatsCluster huge = Clusters.cluster("{size: 2000000000, " + CLOSED + "}");
    ClusterDecision decision = decide(running(huge, running(), "nats-admin-user"));

    assertThat(decision.errors()).extracting(FieldError::field).containsExactly("spec.size");
    ObjectNode config =
        ConfigSecret.fileIn((Secret) all(decision).getFirst()).orElseThrow().parse();
    assertThat(config.at("/cluster/routes")).hasSize(NatsClusterSpec.MAX_SIZE);
    assertThat(users(config)).containsExactly("nats-admin-user", "_nobody");
  }

  @ParameterizedTest(name = "{0}: running servers get new users")
  @ValueSource(
      strings = {
        "{version: latest!, " + CLOSED + "}",
        "{version: 2.14.0, size: -1, " + CLOSED + "}",
        "{lameDuckDurationSeconds: 5, natsConfig: {maxPending: 1}, " + CLOSED + "}"
      })
  void updatesUsersOnServersOfInvalidCluster(String spec) {
    Secret running = running();
    ClusterDecision decision = decide(running(Clusters.cluster(spec), running, "nats-admin-user"));

    assertThat(all(decision))
        .extracting(object -> object.getMetadata().getName())
        .containsExactly(running.getMetadata().getName());
    ObjectNode before = ConfigSecret.fileIn(running).orElseThrow().parse();
    ObjectNode after = ConfigSecret.fileIn((Secret) all(decision).getFirst()).orElseThrow().parse();
    assertThat(users(after)).containsExactly("nats-admin-user", "_nobody");
    assertThat(settings(after)).isEqualTo(settings(before));
  }

  /**
   * A user may replace ServiceAccounts by an unsupported field. Until the user corrects this,
   * clients without access must not get access.
   */
  @ParameterizedTest(name = "{0} keeps authorization")
  @ValueSource(
      strings = {
        "{auth: {enableServiceAccounts: false, clientsAuthSecret: users}}",
        "{auth: {clientsAuthFile: users}}",
        "{operatorConfig: {secret: operator}}"
      })
  void neverRemovesAuthorizationOfInvalidCluster(String spec) {
    ClusterDecision decision =
        decide(running(Clusters.cluster(spec), running(), "nats-admin-user"));
    ObjectNode after = ConfigSecret.fileIn((Secret) all(decision).getFirst()).orElseThrow().parse();

    assertThat(after.has("authorization")).as("nats.conf has authorization").isTrue();
  }

  /** The operator cannot read whether clients must log in. */
  @ParameterizedTest(name = "{0} only removes users")
  @ValueSource(
      strings = {
        "{auth: none}",
        "{auth: {enableServiceAccounts: 'true'}}",
        "{auth: {enableServiceAccounts: 1, allowedNamespaces: 5}}"
      })
  void clusterThatHidesItsLoginsOnlyRemovesUsers(String spec) {
    NatsCluster hidden = Clusters.cluster(spec);

    assertThat(users(file(decide(running(hidden, running(), "nats-user")))))
        .containsExactly("nats-user", "_nobody");
    ClusterDecision decision = decide(running(hidden, running(), "nats-admin-user"));
    assertThat(users(file(decision))).containsExactly("_nobody");
    assertThat(decision.users().unbound().values())
        .extracting(Unbound::reason)
        .containsExactly("ServiceAccountsDisabled");
    assertThat(decision.errors())
        .extracting(FieldError::field)
        .allMatch(f -> f.startsWith("spec.auth"));
  }

  /** Otherwise an error in the spec would disconnect every client. */
  @Test
  void openServersStayOpenIfClusterHidesItsLogins() {
    NatsCluster open = Clusters.cluster("{version: 2.15.2, pod: {enableConfigReload: true}}");
    Secret running = (Secret) decide(observed(open)).files().getFirst();
    ClusterDecision decision =
        decide(running(Clusters.cluster("{auth: none}"), running, "nats-user"));

    assertThat(file(decision).has("authorization")).isFalse();
  }

  @Test
  void reportsUnconfirmedPushOnlyAfterTwoSeconds() {
    NatsCluster cluster = Clusters.walkthrough("2.15.2");
    cluster.setStatus(applied());
    ObservedCluster observed = running(cluster, running(), "nats-admin-user");
    ClusterDecision decision = decide(observed);

    assertThat(decision.plan().confirmed()).isFalse();
    assertThat(isApplied(decision.status(observed, List.of(), NOW.plusMillis(1999)))).isTrue();
    assertThat(isApplied(decision.status(observed, List.of(), NOW.plusMillis(2000)))).isFalse();
  }

  @Test
  void reportsImmediatelyIfConfigWasNeverApplied() {
    ObservedCluster observed = running(VALID, running(), "nats-admin-user");

    assertThat(isApplied(decide(observed).status(observed, List.of(), NOW))).isFalse();
  }

  @Test
  void toStringContainsNoPassword() {
    ClusterDecision decision = decide(observed(VALID, Roles.bound(Roles.user(), VALID)));
    String password = decision.users().users().getFirst().password();

    assertThat(decision.toString().contains(password)).as("text contains the password").isFalse();
  }

  private static List<HasMetadata> all(ClusterDecision decision) {
    List<HasMetadata> all = new ArrayList<>(decision.files());
    all.addAll(decision.objects(NO_NETWORK_POLICY, ImageRegistry.OF_RUNTIME));
    return all;
  }

  private static ClusterDecision decide(ObservedCluster observed) {
    return ClusterDecision.of(observed, Map.of(), Optional.empty(), NOW);
  }

  /** The Secret of the valid cluster when it had only one role, nats-user. */
  private static Secret running() {
    ClusterDecision before = decide(observed(VALID, Roles.bound(Roles.user(), VALID)));
    return (Secret) before.files().getFirst();
  }

  /** A cluster with one running server and one newer role. */
  private static ObservedCluster running(NatsCluster cluster, Secret secret, String role) {
    ObservedServer server =
        ObservedServerFixture.running("example-nats-1")
            .configSecret(secret.getMetadata().getName())
            .varz(VarzFixture.of("2.15.2").digest("older"))
            .build();
    ObservedRole bound = Roles.bound(Roles.role(role, List.of(">"), List.of(">")), cluster);
    return ObservedClusterFixture.of(cluster).roles(bound).objects(secret).servers(server).build();
  }

  private static ObservedCluster observed(NatsCluster cluster, ObservedRole... roles) {
    return ObservedClusterFixture.of(cluster).roles(roles).build();
  }

  private static NatsClusterStatus applied() {
    return Clusters.status(Conditions.met("ConfigApplied", "Confirmed", ""));
  }

  private static boolean isApplied(NatsClusterStatus status) {
    return status.conditions().stream()
        .filter(condition -> condition.getType().equals("ConfigApplied"))
        .allMatch(Conditions::isMet);
  }

  private static ObjectNode settings(ObjectNode config) {
    return config.deepCopy().without(List.of("authorization", "cluster"));
  }

  private static ObjectNode file(ClusterDecision decision) {
    return ConfigSecret.fileIn((Secret) all(decision).getFirst()).orElseThrow().parse();
  }

  private static List<String> users(ObjectNode config) {
    return config.at("/authorization/users").findValuesAsText("username");
  }

  private static List<String> kinds(ClusterDecision decision) {
    return all(decision).stream().map(HasMetadata::getKind).toList();
  }

  private static ObservedCluster projected(CalloutKeys inSecret, Optional<CalloutKeys> recorded) {
    NatsCluster cluster = Clusters.cluster(PROJECTED);
    recorded.ifPresent(keys -> cluster.setStatus(status(keys)));
    return ObservedClusterFixture.of(cluster)
        .keys(Clusters.KEYS.withCallout(Optional.of(inSecret)))
        .build();
  }

  private static NatsClusterStatus status(CalloutKeys keys) {
    return new NatsClusterStatus(
        1L, null, null, null, null, null, null, null, null, null, keys, null, null, List.of());
  }

  private static ObservedCluster switchingBack(
      Map<String, String> annotations, Optional<List<String>> pods) {
    Secret asking =
        decide(projected(CALLOUT_KEYS, Optional.empty())).files().stream()
            .map(Secret.class::cast)
            .findFirst()
            .orElseThrow();
    NatsCluster cluster = Clusters.cluster(PROJECTED.replace("Projected", "BoundSecret"));
    cluster.getMetadata().setAnnotations(annotations);
    cluster.setStatus(status(CALLOUT_KEYS));
    return ObservedClusterFixture.of(cluster)
        .keys(Clusters.KEYS.withCallout(Optional.of(CALLOUT_KEYS)))
        .objects(asking)
        .servers(
            ObservedServerFixture.running("example-nats-1")
                .configSecret(asking.getMetadata().getName())
                .build())
        .build(new ObservedCallout(2, pods));
  }

  private static String reason(ClusterDecision decision, ObservedCluster observed) {
    return Conditions.reason(
        decision.status(observed, decision.errors(), NOW).conditions(), "CalloutReady");
  }

  /** The server has no callout yet. */
  private static ObservedCluster switching(Secret running) {
    NatsCluster cluster = Clusters.cluster(PROJECTED);
    return ObservedClusterFixture.of(cluster)
        .keys(Clusters.KEYS.withCallout(Optional.of(CALLOUT_KEYS)))
        .roles(Roles.bound(Roles.admin(), cluster))
        .objects(running)
        .servers(
            ObservedServerFixture.running("example-nats-1")
                .configSecret(running.getMetadata().getName())
                .build())
        .build();
  }

  private static String issuer(ClusterDecision decision) {
    return decision.desired().config().at("/authorization/auth_callout/issuer").asText();
  }
}
