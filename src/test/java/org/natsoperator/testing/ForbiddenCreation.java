package org.natsoperator.testing;

import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.stream.Stream;

/** Something that nobody may create in a namespace, by an admission policy. */
public final class ForbiddenCreation implements AutoCloseable {

  private final Sandbox sandbox;
  private final String resource;
  private final String why;

  private ForbiddenCreation(Sandbox sandbox, String resource, String why) {
    this.sandbox = sandbox;
    this.resource = resource;
    this.why = why;
  }

  /**
   * In force when it is there.
   *
   * @param resource as in a policy's rules
   * @param why what who tries is told
   * @param attempt that would create one
   */
  public static ForbiddenCreation on(
      Sandbox sandbox, String resource, String why, Runnable attempt) {
    ForbiddenCreation ban = new ForbiddenCreation(sandbox, resource, why);
    ban.policy().forEach(object -> sandbox.client().resource(object).serverSideApply());
    await().until(() -> ban.refuses(attempt));
    return ban;
  }

  private boolean refuses(Runnable attempt) {
    try {
      attempt.run();
      return false;
    } catch (KubernetesClientException e) {
      return e.getMessage().contains(why);
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
            metadata: {name: ban-in-%1$s}
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
            metadata: {name: ban-in-%1$s}
            spec: {policyName: ban-in-%1$s, validationActions: [Deny]}
            """)
        .map(
            manifest ->
                Serialization.unmarshal(
                    manifest.formatted(sandbox.namespace(), resource, why),
                    GenericKubernetesResource.class));
  }
}
