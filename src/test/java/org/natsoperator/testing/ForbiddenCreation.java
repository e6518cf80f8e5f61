package org.natsoperator.testing;

import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Duration;
import java.util.stream.Stream;

/** Forbids the creation of objects in a namespace by an admission policy. */
public final class ForbiddenCreation implements AutoCloseable {

  private final Sandbox sandbox;
  private final String resource;
  private final String message;

  private ForbiddenCreation(Sandbox sandbox, String resource, String message) {
    this.sandbox = sandbox;
    this.resource = resource;
    this.message = message;
  }

  /**
   * Creates the policy and waits until it is in force.
   *
   * @param resource a resource as in the rules of a policy
   * @param message the message of the rejection
   * @param attempt a request that the policy must reject
   */
  public static ForbiddenCreation on(
      Sandbox sandbox, String resource, String message, Runnable attempt) {
    ForbiddenCreation policy = new ForbiddenCreation(sandbox, resource, message);
    policy.policy().forEach(object -> sandbox.client().resource(object).serverSideApply());
    await().atMost(Duration.ofMinutes(2)).until(() -> policy.isRejected(attempt));
    return policy;
  }

  private boolean isRejected(Runnable attempt) {
    try {
      attempt.run();
      return false;
    } catch (KubernetesClientException e) {
      return e.getMessage().contains(message);
    }
  }

  @Override
  public void close() {
    policy().forEach(object -> sandbox.client().resource(object).delete());
  }

  private Stream<GenericKubernetesResource> policy() {
    return Stream.of(
            """
            apiVersion: admissionregistration.k8s.io/v1
            kind: ValidatingAdmissionPolicy
            metadata: {name: policy-in-%1$s}
            spec:
              matchConstraints:
                namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: %1$s}}
                resourceRules:
                - {apiGroups: [""], apiVersions: [v1], operations: [CREATE], resources: [%2$s]}
              validations: [{expression: "false", reason: Forbidden, message: %3$s}]
            """,
            """
            apiVersion: admissionregistration.k8s.io/v1
            kind: ValidatingAdmissionPolicyBinding
            metadata: {name: policy-in-%1$s}
            spec: {policyName: policy-in-%1$s, validationActions: [Deny]}
            """)
        .map(
            manifest ->
                Serialization.unmarshal(
                    manifest.formatted(sandbox.namespace(), resource, message),
                    GenericKubernetesResource.class));
  }
}
