package org.natsoperator.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.natsoperator.chart.AccessReviews.may;
import static org.natsoperator.chart.AccessReviews.mayGet;
import static org.natsoperator.chart.ListedRelease.LISTED;
import static org.natsoperator.testing.ChartServer.EVERYWHERE;

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

  private static String watched;
  private static String other;

  @BeforeAll
  static void install() {
    watched = ListedRelease.install();
    other = ChartServer.namespace("other");
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
    "get, events.k8s.io, events, ''",
    "patch, events.k8s.io, events, ''",
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
    "delete, events.k8s.io, events, ''"
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
}
