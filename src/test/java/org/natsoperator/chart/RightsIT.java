package org.natsoperator.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.natsoperator.testing.ChartServer.EVERYWHERE;

import io.fabric8.kubernetes.api.model.authorization.v1.SubjectAccessReviewBuilder;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.natsoperator.testing.ChartServer;
import org.natsoperator.testing.ChartServer.Release;

/** The permissions of the operator, as the API server evaluates RBAC. */
@ExtendWith(ChartServer.class)
class RightsIT {

  private static final Release LISTED = new Release("listed", "operator-of-some");

  private static String watched;
  private static String other;

  @BeforeAll
  static void install() {
    watched = ChartServer.namespace("watched");
    other = ChartServer.namespace("other");
    LISTED.upgrade(
        "replicas=0", "crds={\"install\": false}", "watchNamespaces=[\"%s\"]".formatted(watched));
    // The API server evaluates RBAC with its own cache.
    await().until(() -> may(LISTED, watched, "list", "nats.io", "natsclusters", ""));
  }

  @AfterAll
  static void uninstall() {
    LISTED.uninstall();
  }

  @ParameterizedTest
  @CsvSource({
    "list, nats.io, natsclusters, ''",
    "watch, nats.io, natsserviceroles, ''",
    "patch, nats.io, natsclusters, status",
    "patch, nats.io, natsserviceroles, status",
    "create, apps, statefulsets, ''",
    "patch, apps, statefulsets, ''",
    "delete, apps, statefulsets, ''",
    "create, '', services, ''",
    "patch, '', services, ''",
    "create, '', secrets, ''",
    "watch, '', secrets, ''",
    "update, '', secrets, ''",
    "get, '', namespaces, ''",
    "list, '', pods, ''",
    "patch, '', pods, ''",
    "delete, '', pods, ''",
    "list, '', serviceaccounts, ''",
    "create, '', serviceaccounts, token",
    "create, policy, poddisruptionbudgets, ''",
    "delete, policy, poddisruptionbudgets, ''",
    "create, networking.k8s.io, networkpolicies, ''",
    "delete, networking.k8s.io, networkpolicies, ''",
    "create, events.k8s.io, events, ''",
    "list, '', events, ''"
  })
  void operatorHasPermissionOnlyInWatchedNamespaces(
      String verb, String group, String resource, String subresource) {
    assertThat(may(EVERYWHERE, other, verb, group, resource, subresource)).isTrue();
    assertThat(may(LISTED, watched, verb, group, resource, subresource)).isTrue();
    assertThat(may(LISTED, other, verb, group, resource, subresource)).isFalse();
    assertThat(may(LISTED, null, verb, group, resource, subresource)).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "create, '', pods, ''",
    "update, '', pods, ''",
    "create, '', pods, exec",
    "get, '', pods, exec",
    "get, '', pods, log",
    "patch, '', pods, ephemeralcontainers",
    "create, '', pods, binding",
    "create, '', pods, eviction",
    "list, '', namespaces, ''",
    "patch, '', pods, status",
    "create, nats.io, natsclusters, ''",
    "patch, nats.io, natsclusters, ''",
    "delete, nats.io, natsserviceroles, ''",
    "create, '', serviceaccounts, ''",
    "impersonate, '', serviceaccounts, ''",
    "impersonate, '', users, ''",
    "create, authorization.k8s.io, subjectaccessreviews, ''",
    "create, rbac.authorization.k8s.io, roles, ''",
    "create, rbac.authorization.k8s.io, rolebindings, ''",
    "bind, rbac.authorization.k8s.io, clusterroles, ''",
    "escalate, rbac.authorization.k8s.io, clusterroles, ''",
    "patch, admissionregistration.k8s.io, validatingadmissionpolicybindings, ''",
    "delete, admissionregistration.k8s.io, validatingadmissionpolicies, ''",
    "create, apps, deployments, ''",
    "create, batch, jobs, ''",
    "get, '', nodes, ''",
    "get, '', configmaps, ''",
    "deletecollection, '', secrets, ''",
    "deletecollection, '', pods, ''",
    "patch, events.k8s.io, events, ''"
  })
  void operatorHasNoUnneededPermission(
      String verb, String group, String resource, String subresource) {
    for (String namespace :
        new String[] {watched, other, EVERYWHERE.namespace(), LISTED.namespace(), null}) {
      assertThat(may(EVERYWHERE, namespace, verb, group, resource, subresource))
          .as("everywhere, in %s", namespace)
          .isFalse();
      assertThat(may(LISTED, namespace, verb, group, resource, subresource))
          .as("listed, in %s", namespace)
          .isFalse();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"get", "list", "create", "delete"})
  void operatorManagesKeySecretsOnlyInItsNamespace(String verb) {
    assertThat(may(LISTED, LISTED.namespace(), verb, "", "secrets", "")).isTrue();
    assertThat(may(LISTED, EVERYWHERE.namespace(), verb, "", "secrets", "")).isFalse();
  }

  @Test
  void operatorUpdatesOnlyLeaseOfLeaderElection() {
    assertThat(
            mayName(
                LISTED,
                LISTED.namespace(),
                "update",
                "coordination.k8s.io",
                "leases",
                "nats-operator"))
        .isTrue();
    assertThat(
            mayName(
                LISTED, LISTED.namespace(), "update", "coordination.k8s.io", "leases", "another"))
        .isFalse();
    assertThat(mayName(LISTED, watched, "update", "coordination.k8s.io", "leases", "nats-operator"))
        .isFalse();
    assertThat(
            mayName(
                EVERYWHERE,
                "kube-system",
                "update",
                "coordination.k8s.io",
                "leases",
                "nats-operator"))
        .isFalse();
  }

  @ParameterizedTest
  @CsvSource({"mutatingwebhookconfigurations", "validatingwebhookconfigurations"})
  void operatorPatchesOnlyItsOwnWebhookConfigurations(String resource) {
    String group = "admissionregistration.k8s.io";
    for (Release release : new Release[] {EVERYWHERE, LISTED}) {
      for (String verb : new String[] {"get", "list", "watch", "patch"}) {
        assertThat(mayName(release, null, verb, group, resource, release.serviceAccount()))
            .isTrue();
        assertThat(mayName(release, null, verb, group, resource, "another")).isFalse();
      }
      for (String verb : new String[] {"create", "update", "delete"}) {
        assertThat(mayName(release, null, verb, group, resource, release.serviceAccount()))
            .isFalse();
      }
    }
  }

  @Test
  void operatorUpdatesOnlySecretOfItsWebhooks() {
    for (String verb : new String[] {"get", "list", "watch", "update"}) {
      assertThat(
              mayName(
                  LISTED,
                  LISTED.namespace(),
                  verb,
                  "",
                  "secrets",
                  LISTED.serviceAccount() + "-webhooks"))
          .isTrue();
    }
    assertThat(mayName(LISTED, LISTED.namespace(), "update", "", "secrets", "another")).isFalse();
    assertThat(mayName(LISTED, LISTED.namespace(), "watch", "", "secrets", "another")).isFalse();
  }

  @Test
  void operatorReadsOnlyItsOwnServiceAccountAsOwner() {
    assertThat(
            mayName(
                LISTED, LISTED.namespace(), "get", "", "serviceaccounts", LISTED.serviceAccount()))
        .isTrue();
    assertThat(mayName(LISTED, LISTED.namespace(), "get", "", "serviceaccounts", "default"))
        .isFalse();
  }

  @Test
  void operatorReadsKeysOfApiServer() {
    for (Release release : new Release[] {EVERYWHERE, LISTED}) {
      assertThat(mayGet(release, "/openid/v1/jwks")).isTrue();
      assertThat(mayGet(release, "/metrics")).isFalse();
    }
  }

  @Test
  void operatorAsksAboutTokens() {
    for (Release release : new Release[] {EVERYWHERE, LISTED}) {
      assertThat(may(release, null, "create", "authentication.k8s.io", "tokenreviews", null))
          .isTrue();
    }
  }

  private static boolean may(
      Release release,
      String namespace,
      String verb,
      String group,
      String resource,
      String subresource) {
    return ask(
        review(release)
            .editSpec()
            .withNewResourceAttributes()
            .withNamespace(namespace)
            .withVerb(verb)
            .withGroup(group)
            .withResource(resource)
            .withSubresource(subresource)
            .endResourceAttributes()
            .endSpec());
  }

  private static boolean mayName(
      Release release, String namespace, String verb, String group, String resource, String name) {
    return ask(
        review(release)
            .editSpec()
            .withNewResourceAttributes()
            .withNamespace(namespace)
            .withVerb(verb)
            .withGroup(group)
            .withResource(resource)
            .withName(name)
            .endResourceAttributes()
            .endSpec());
  }

  private static boolean mayGet(Release release, String path) {
    return ask(review(release).editSpec().withNewNonResourceAttributes(path, "get").endSpec());
  }

  /** Without the groups of all ServiceAccounts, whose permissions do not come from the chart. */
  private static SubjectAccessReviewBuilder review(Release release) {
    return new SubjectAccessReviewBuilder().withNewSpec().withUser(release.user()).endSpec();
  }

  private static boolean ask(SubjectAccessReviewBuilder review) {
    return ChartServer.client()
        .authorization()
        .v1()
        .subjectAccessReview()
        .create(review.build())
        .getStatus()
        .getAllowed();
  }
}
