package org.natsoperator.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.authorization.v1.SubjectAccessReviewBuilder;
import io.fabric8.kubernetes.api.model.rbac.RoleBindingBuilder;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.natsoperator.testing.ChartServer;
import org.natsoperator.testing.ChartServer.Release;

/**
 * The permissions that users with the ClusterRoles view, edit and admin get by aggregation. The
 * real controller aggregates.
 */
@ExtendWith(ChartServer.class)
class AggregatedRolesIT {

  private static final Release RELEASE = new Release("aggregating", "operator-that-aggregates");
  private static final String READ_ONLY = "{\"create\": true}";
  private static final String WITH_ADMIN = "{\"aggregateToAdmin\": true}";

  private static String namespace;
  private static AutoCloseable controller;

  @BeforeAll
  static void install() {
    namespace = ChartServer.namespace("aggregated");
    Stream.of("view", "edit", "admin").forEach(AggregatedRolesIT::bind);
    upgrade(READ_ONLY);
    controller = ChartServer.controllers("clusterrole-aggregation-controller");
    await().until(() -> may("admin", "list", "natsclusters", ""));
  }

  @AfterAll
  static void uninstall() throws Exception {
    RELEASE.uninstall();
    await().until(() -> !may("admin", "create", "natsserviceroles", ""));
    controller.close();
  }

  @ParameterizedTest
  @CsvSource({"view", "edit", "admin"})
  void everyUserOfNamespaceReadsClustersAndRoles(String role) {
    for (String resource : new String[] {"natsclusters", "natsserviceroles"}) {
      for (String verb : new String[] {"get", "list", "watch"}) {
        assertThat(may(role, verb, resource, "")).as(verb + " " + resource).isTrue();
      }
      assertThat(may(role, "get", resource, "status")).isTrue();
      for (String verb : new String[] {"update", "patch"}) {
        assertThat(may(role, verb, resource, "status")).as(verb + " " + resource).isFalse();
      }
    }
  }

  /** Who writes a role can grant itself every subject. */
  @Test
  void onlyAdminsWriteRolesAndOnlyIfConfigured() {
    upgrade(READ_ONLY);
    await().until(() -> !may("admin", "create", "natsserviceroles", ""));
    upgrade(WITH_ADMIN);
    await().until(() -> may("admin", "create", "natsserviceroles", ""));
    for (String verb : new String[] {"create", "update", "patch", "delete"}) {
      assertThat(may("admin", verb, "natsserviceroles", "")).as(verb).isTrue();
      assertThat(may("admin", verb, "natsclusters", "")).as(verb).isFalse();
      for (String role : new String[] {"view", "edit"}) {
        assertThat(may(role, verb, "natsserviceroles", "")).as(role + " " + verb).isFalse();
        assertThat(may(role, verb, "natsclusters", "")).as(role + " " + verb).isFalse();
      }
    }
  }

  private static void upgrade(String rbac) {
    RELEASE.upgrade(
        "replicas=0",
        "crds={\"install\": false}",
        "webhooks={\"enabled\": false}",
        "watchNamespaces=[\"%s\"]".formatted(namespace),
        "rbac=" + rbac);
  }

  /** Gives the user with the name of the ClusterRole this role in the namespace. */
  private static void bind(String role) {
    var binding =
        new RoleBindingBuilder()
            .withNewMetadata()
            .withNamespace(namespace)
            .withName(role)
            .endMetadata()
            .withNewRoleRef("rbac.authorization.k8s.io", "ClusterRole", role)
            .addNewSubject("rbac.authorization.k8s.io", "User", "aggregated-" + role, null)
            .build();
    ChartServer.client().resource(binding).create();
  }

  private static boolean may(String role, String verb, String resource, String subresource) {
    var review =
        new SubjectAccessReviewBuilder()
            .withNewSpec()
            .withUser("aggregated-" + role)
            .withNewResourceAttributes()
            .withNamespace(namespace)
            .withVerb(verb)
            .withGroup("nats.io")
            .withResource(resource)
            .withSubresource(subresource)
            .endResourceAttributes()
            .endSpec()
            .build();
    return ChartServer.client()
        .authorization()
        .v1()
        .subjectAccessReview()
        .create(review)
        .getStatus()
        .getAllowed();
  }
}
