package org.natsoperator.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.rbac.RoleBindingBuilder;
import io.fabric8.kubernetes.api.model.rbac.RoleBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.function.Supplier;
import org.natsoperator.testing.ChartServer;

/** Users of an API server, and the errors that they get. */
final class Users {

  private static final String[] POD = {
    "pods", "pods/status", "pods/ephemeralcontainers", "pods/resize", "pods/binding"
  };

  private Users() {}

  /** A user who may do everything with pods in one namespace by RBAC. */
  static KubernetesClient developer(String namespace) {
    var role =
        new RoleBuilder()
            .withNewMetadata()
            .withName("developer")
            .withNamespace(namespace)
            .endMetadata()
            .addNewRule()
            .withApiGroups("")
            .withResources(POD)
            .withVerbs("*")
            .endRule()
            .build();
    var binding =
        new RoleBindingBuilder()
            .withNewMetadata()
            .withName("developer")
            .withNamespace(namespace)
            .endMetadata()
            .withNewRoleRef("rbac.authorization.k8s.io", "Role", "developer")
            .addNewSubject("rbac.authorization.k8s.io", "User", "developer", null)
            .build();
    ChartServer.client().resource(role).create();
    ChartServer.client().resource(binding).create();
    return ChartServer.as("developer");
  }

  /** Waits until the policy that forbids a request is in force. */
  static void awaitRejection(Supplier<?> request) {
    await().ignoreException(AssertionError.class).until(() -> rejection(request) != null);
  }

  /** The same, with a part of its message. */
  static void awaitRejection(Supplier<?> request, String message) {
    await()
        .ignoreException(AssertionError.class)
        .untilAsserted(() -> assertThat(rejection(request)).contains(message));
  }

  /** The message of a request that the API server forbids. */
  static String rejection(Supplier<?> request) {
    var refused = catchThrowableOfType(KubernetesClientException.class, request::get);
    assertThat(refused).as("rejection").isNotNull();
    assertThat(refused.getCode()).as(refused.getMessage()).isEqualTo(403);
    return refused.getMessage();
  }
}
