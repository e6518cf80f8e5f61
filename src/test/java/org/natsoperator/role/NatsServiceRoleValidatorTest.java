package org.natsoperator.role;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.natsoperator.access.ClusterName;
import org.natsoperator.api.AllowResponses;
import org.natsoperator.api.NatsServiceRole;
import org.natsoperator.api.NatsServiceRoleSpec;
import org.natsoperator.api.Permissions;
import org.natsoperator.api.RoleLimits;
import org.natsoperator.testing.Roles;
import org.natsoperator.validation.FieldError;

class NatsServiceRoleValidatorTest {

  @Test
  void rolesOf2018AreValid() {
    assertThat(NatsServiceRoleValidator.validate(Roles.user())).isEmpty();
    assertThat(NatsServiceRoleValidator.validate(Roles.admin())).isEmpty();
  }

  @Test
  void acceptsRoleWithoutSubjects() {
    assertThat(NatsServiceRoleValidator.validate(Roles.role("idle", List.of(), List.of())))
        .isEmpty();
  }

  @Test
  void reportsAllErrorsWithTheirFields() {
    NatsServiceRole role =
        Roles.role(
            "r".repeat(253), Arrays.asList("ok", null, "foo..bar"), List.of("a q", "b c..d"));
    role.getMetadata().setLabels(Map.of());

    assertThat(NatsServiceRoleValidator.validate(role))
        .extracting(FieldError::field)
        .containsExactly(
            "metadata.labels.nats_cluster",
            "metadata.name",
            "spec.permissions.publish[1]",
            "spec.permissions.publish[2]",
            "spec.permissions.subscribe[1]");
  }

  /** An existing role above the maximum keeps its login. */
  @Test
  void limitsBytesOfAllSubjectsAtAdmission() {
    NatsServiceRole largest =
        Roles.role("r", List.of("x".repeat(65_000)), List.of("ß".repeat(268)));
    NatsServiceRole tooLarge =
        Roles.role("r", List.of("x".repeat(65_000)), List.of("ß".repeat(269)));

    assertThat(NatsServiceRoleValidator.validate(largest)).isEmpty();
    assertThat(FieldError.join(NatsServiceRoleValidator.validate(tooLarge)))
        .startsWith("spec.permissions: contains more than 65536 bytes of subjects");
    assertThat(NatsServiceRoleValidator.obstacles(tooLarge)).isEmpty();
  }

  @Test
  void rejectsLimitsBelowOne() {
    NatsServiceRole role = Roles.user();
    role.setSpec(new NatsServiceRoleSpec(role.getSpec().permissions(), new RoleLimits(0, -1)));

    assertThat(NatsServiceRoleValidator.validate(role))
        .extracting(FieldError::field)
        .containsExactly("spec.limits.subscriptions", "spec.limits.payload");
    role.setSpec(new NatsServiceRoleSpec(role.getSpec().permissions(), new RoleLimits(1, 1)));
    assertThat(NatsServiceRoleValidator.validate(role)).isEmpty();
  }

  @Test
  void treatsLabelWithoutValueAsMissing() {
    NatsServiceRole role = Roles.user();
    role.getMetadata().setLabels(Map.of("nats_cluster", ""));

    assertThat(FieldError.join(NatsServiceRoleValidator.validate(role)))
        .isEqualTo("metadata.labels.nats_cluster: is missing; set it to the name of a NatsCluster");
  }

  @Test
  void limitsNameToLengthOfTokenSecretName() {
    int longest = 253 - "-example-nats-bound-token".length();

    assertThat(NatsServiceRoleValidator.validate(named(longest))).isEmpty();
    assertThat(NatsServiceRoleValidator.validate(named(longest + 1)))
        .extracting(FieldError::field)
        .containsExactly("metadata.name");
  }

  @Test
  void limitsNameFurtherForClusterOfOtherNamespace() {
    NatsServiceRole role = named(253 - "-example-nats-bound-token".length());
    role.getMetadata().setAnnotations(Map.of("nats.io/cluster-namespace", "core"));

    assertThat(NatsServiceRoleValidator.validate(role))
        .extracting(FieldError::field)
        .containsExactly("metadata.name");
  }

  @ParameterizedTest(name = "{0} is not a valid cluster name")
  @ValueSource(
      strings = {
        "Example",
        "1a",
        "a.b",
        "a-mgmt",
        "a_b",
        "a-name-of-forty-six-characters-which-is-too-much"
      })
  void rejectsLabelWithInvalidClusterName(String name) {
    NatsServiceRole role = Roles.user();
    role.getMetadata().setLabels(Map.of("nats_cluster", name));

    assertThat(NatsServiceRoleValidator.validate(role))
        .singleElement()
        .hasToString(
            "metadata.labels.nats_cluster: \""
                + name
                + "\" is not a valid NatsCluster name: it "
                + ClusterName.mistakeIn(name).orElseThrow());
  }

  @Test
  void rejectsAnnotationWithInvalidNamespace() {
    NatsServiceRole role = Roles.user();
    role.getMetadata().setAnnotations(Map.of("nats.io/cluster-namespace", "Core.Team"));

    assertThat(NatsServiceRoleValidator.validate(role))
        .singleElement()
        .hasToString(
            "metadata.annotations.nats.io/cluster-namespace: \"Core.Team\" is not a valid namespace"
                + " name; use the namespace of the NatsCluster, or remove the annotation");
  }

  @Test
  void rejectsRoleWithoutPublishAndSubscribe() {
    assertThat(NatsServiceRoleValidator.validate(Roles.role("idle", null, null)))
        .singleElement()
        .hasToString(
            "spec.permissions: is missing; list subjects under publish or subscribe, or set an"
                + " empty list for none");
    assertThat(NatsServiceRoleValidator.validate(Roles.role("idle", null, List.of("foo"))))
        .isEmpty();
    assertThat(NatsServiceRoleValidator.validate(Roles.role("idle", List.of("foo"), null)))
        .isEmpty();
  }

  /** An older CRD may admit them. */
  @Test
  void rejectsResponsesOutOfRange() {
    assertThat(NatsServiceRoleValidator.obstacles(responder(100_000, 86_400))).isEmpty();
    assertThat(NatsServiceRoleValidator.obstacles(responder(0, 86_401)))
        .extracting(FieldError::toString)
        .containsExactly(
            "spec.permissions.allowResponses.max: must be from 1 to 100000; remove it for the"
                + " default",
            "spec.permissions.allowResponses.expiresSeconds: must be from 1 to 86400; remove it for"
                + " the default");
  }

  @Test
  void rejectsDuplicatesInAnySpelling() {
    NatsServiceRole role =
        Roles.role(
            "a",
            List.of("foo", "bar", "foo", "foo"),
            List.of("foo q", "foo", "foo  q", "foo p", "a..b", "a..b"));

    assertThat(NatsServiceRoleValidator.validate(role))
        .extracting(FieldError::toString)
        .containsExactly(
            "spec.permissions.subscribe[4]: \"a..b\" has an empty token; remove the extra dot",
            "spec.permissions.subscribe[5]: \"a..b\" has an empty token; remove the extra dot",
            "spec.permissions.publish[2]: \"foo\" is already listed as [0]; remove one of them",
            "spec.permissions.publish[3]: \"foo\" is already listed as [0]; remove one of them",
            "spec.permissions.subscribe[2]: \"foo  q\" is already listed as [0]; remove one of"
                + " them");
  }

  /**
   * Duplicates are harmless. A new operator version must not disconnect existing clients of such a
   * role.
   */
  @Test
  void acceptsDuplicatesForBinding() {
    assertThat(
            NatsServiceRoleValidator.obstacles(Roles.role("a", List.of("foo", "foo"), List.of())))
        .isEmpty();
  }

  private static NatsServiceRole responder(int max, int seconds) {
    NatsServiceRole role = Roles.user();
    role.setSpec(
        new NatsServiceRoleSpec(
            new Permissions(List.of(), List.of("a"), new AllowResponses(max, seconds)), null));
    return role;
  }

  private static NatsServiceRole named(int length) {
    return Roles.role("r".repeat(length), List.of("foo"), List.of("foo"));
  }
}
