package org.natsoperator.role;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.natsoperator.testing.Manifests.CLUSTER;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.natsoperator.testing.Login;
import org.natsoperator.testing.Manifests;
import org.natsoperator.testing.NatsServer;
import org.natsoperator.testing.OperatorTest;
import org.natsoperator.testing.Sandbox;

/** The API server gives no token: then there is no login, least of all one with an empty password. */
@OperatorTest
class RefusedTokensIT {

  private static final String WHY = "tokens are not for sale";

  private Sandbox sandbox;

  @AfterEach
  void allowAgain() {
    policy().forEach(object -> sandbox.client().resource(object).delete());
  }

  @Test
  void nobody_gets_in_the_role_says_why_and_comes_by_itself_when_it_is_allowed(Sandbox fresh) throws IOException {
    sandbox = fresh;
    sandbox.apply(Manifests.serviceAccount("probe"));
    policy().forEach(object -> sandbox.client().resource(object).serverSideApply());
    await().until(() -> refused());
    sandbox.apply(Manifests.cluster(), Manifests.serviceAccount("user"), Manifests.role("user", "foo"));
    await().untilAsserted(() -> assertThat(sandbox.roleCondition("user", "Ready").getReason()).isEqualTo("Refused"));
    assertThat(sandbox.roleCondition("user", "Ready").getMessage()).contains(WHY);
    await().untilAsserted(() -> assertThat(sandbox.users(CLUSTER)).containsExactly("_nobody"));
    try (NatsServer server = NatsServer.start("2.15.2", sandbox.configs(CLUSTER).get(CLUSTER).parse())) {
      for (Map<String, String> nothing : List.of(Map.of("user", "user", "pass", ""), Map.of("user", "user"), Map.<String, String>of())) {
        assertThat(Login.with(server, nothing)).isEqualTo(Login.REFUSAL);
      }
    }
    allowAgain();
    await().atMost(Duration.ofSeconds(40)).untilAsserted(() -> assertThat(sandbox.users(CLUSTER)).contains("user"));
  }

  private boolean refused() {
    try {
      sandbox.client().serviceAccounts().inNamespace(sandbox.namespace()).withName("probe").tokenRequest();
      return false;
    } catch (KubernetesClientException e) {
      return e.getMessage().contains(WHY);
    }
  }

  private Stream<GenericKubernetesResource> policy() {
    String name = "no-tokens-in-" + sandbox.namespace();
    return Stream.of(
            """
            apiVersion: admissionregistration.k8s.io/v1
            kind: ValidatingAdmissionPolicy
            metadata: {name: %1$s}
            spec:
              matchConstraints:
                namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: %2$s}}
                resourceRules:
                - {apiGroups: [""], apiVersions: [v1], operations: [CREATE], resources: [serviceaccounts/token]}
              validations: [{expression: "false", reason: Forbidden, message: %3$s}]
            """,
            """
            apiVersion: admissionregistration.k8s.io/v1
            kind: ValidatingAdmissionPolicyBinding
            metadata: {name: %1$s}
            spec: {policyName: %1$s, validationActions: [Deny]}
            """)
        .map(manifest -> Serialization.unmarshal(manifest.formatted(name, sandbox.namespace(), WHY), GenericKubernetesResource.class));
  }
}
