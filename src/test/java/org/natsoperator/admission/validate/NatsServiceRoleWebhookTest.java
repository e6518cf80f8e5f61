package org.natsoperator.admission.validate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.natsoperator.admission.review.AdmissionRequests.create;
import static org.natsoperator.admission.review.AdmissionRequests.role;
import static org.natsoperator.admission.review.AdmissionRequests.update;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.natsoperator.admission.review.AdmissionRequest;
import org.natsoperator.admission.review.AdmissionRequestFixture;
import org.natsoperator.admission.review.AdmissionResponse;
import org.natsoperator.api.NatsServiceRole;
import org.natsoperator.testing.Clusters;
import org.natsoperator.validation.FieldError;

class NatsServiceRoleWebhookTest {

  private static final String GOOD = "{publish: [foo], subscribe: [bar]}";
  private static final String BAD = "{publish: [foo..bar, foo], subscribe: [bar]}";

  @Test
  void acceptsValidRoleWithoutWarning() {
    AdmissionResponse response = handle(create(role(GOOD)));

    assertThat(response.isAllowed()).isTrue();
    assertThat(response.warnings()).isEmpty();
    assertThat(response.patch()).isEmpty();
  }

  /** Step 14 of the walkthrough. */
  @Test
  void reportsAllErrorsInOneResponse() {
    AdmissionResponse response =
        handle(
            create(
                role(
                    "labels: {app: mine}",
                    "{publish: [foo..bar, foo.>.bar, '', a b, ok, ok], subscribe: [x q..r, a b c,"
                        + " .x, \"y\\n"
                        + "\", ok]}")));

    assertThat(response.errors())
        .extracting(FieldError::toString)
        .containsExactly(
            "metadata.labels.nats_cluster: is missing; set it to the name of a NatsCluster",
            "spec.permissions.publish[0]: \"foo..bar\" has an empty token; remove the extra dot",
            "spec.permissions.publish[1]: \"foo.>.bar\" has \">\" before its last token; use \"*\""
                + " there",
            "spec.permissions.publish[2]: a subject must not be empty; remove the entry or set a"
                + " subject",
            "spec.permissions.publish[3]: a queue group is valid only under subscribe; remove"
                + " \"b\"",
            "spec.permissions.subscribe[0]: in the queue group: \"q..r\" has an empty token; remove"
                + " the extra dot",
            "spec.permissions.subscribe[1]: \"a b c\" has more than a subject and one queue group;"
                + " split or correct it",
            "spec.permissions.subscribe[2]: \".x\" has an empty token; remove the extra dot",
            "spec.permissions.subscribe[3]: \"y?\" contains a space or control character; remove"
                + " it",
            "spec.permissions.publish[5]: \"ok\" is already listed as [4]; remove one of them");
  }

  @Test
  void validatesOtherEntriesIfOneHasWrongType() {
    AdmissionResponse response =
        handle(create(role("{publish: [5, foo..bar, {a: b}, true], subscribe: everything}")));

    assertThat(response.errors())
        .extracting(FieldError::toString)
        .containsExactly(
            "spec.permissions.publish[0]: a value of type number is not valid here; see `kubectl"
                + " explain`",
            "spec.permissions.publish[2]: a value of type object is not valid here; see `kubectl"
                + " explain`",
            "spec.permissions.publish[3]: a value of type boolean is not valid here; see `kubectl"
                + " explain`",
            "spec.permissions.subscribe: a value of type string is not valid here; see `kubectl"
                + " explain`",
            "spec.permissions.publish[1]: \"foo..bar\" has an empty token; remove the extra dot");
  }

  @ParameterizedTest(name = "rejects {0} at {1}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          spec: null                            | spec.permissions
          spec: 5                               | spec
          spec: []                              | spec
          spec: {permissions: text}             | spec.permissions
          spec: {permissions: {publish: {a: b}}} | spec.permissions.publish
          status: {observedGeneration: text}    | spec.permissions
          """)
  void rejectsRoleOfWrongStructure(String rest, String field) {
    AdmissionResponse response =
        handle(
            create(
                "kind: NatsServiceRole\n"
                    + "metadata: {name: a, namespace: b, labels: {nats_cluster: c}}\n"
                    + rest));

    assertThat(response.errors()).extracting(FieldError::field).containsExactly(field);
  }

  @Test
  void rejectsEmptyObject() {
    assertThat(handle(create("{}")).errors())
        .extracting(FieldError::field)
        .containsExactly("metadata.labels.nats_cluster", "spec.permissions");
    assertThat(handle(create("metadata: text")).isAllowed()).isFalse();
  }

  @Test
  void limitsNumberOfTypeErrors() {
    String numbers =
        IntStream.range(0, 5_000).mapToObj(Integer::toString).collect(Collectors.joining(", "));

    assertThat(handle(create(role("{publish: [" + numbers + "]}"))).errors())
        .hasSizeBetween(10, 12);
  }

  @Test
  void checksLengthOfGeneratedName() {
    String named =
        "kind: NatsServiceRole\n"
            + "metadata: {generateName: %s, namespace: b, labels: {nats_cluster: c}}\n"
            + "spec: {permissions: {publish: []}}";
    int longest = 253 - "-c-bound-token".length() - 5;

    assertThat(handle(create(named.formatted("a".repeat(longest)))).errors()).isEmpty();
    assertThat(handle(create(named.formatted("a".repeat(longest + 1)))).errors())
        .extracting(FieldError::field)
        .containsExactly("metadata.name");
  }

  @Test
  void warnsAboutSuspiciousSubjects() {
    assertThat(handle(create(role("{publish: [foo*], subscribe: ['>', bar]}"))).warnings())
        .containsExactly(
            "spec.permissions.publish[0]: \"foo*\" is not a wildcard: \"*\" or \">\" must be a"
                + " whole token",
            "spec.permissions.subscribe[0]: \">\" matches every subject, also of JetStream and"
                + " replies; list only necessary subjects",
            "spec.permissions.subscribe[1]: \"bar\" is covered by \">\"; remove it");
  }

  @Test
  void limitsNumberAndLengthOfWarnings() {
    String unusual =
        IntStream.range(0, 40)
            .mapToObj(i -> "a-token-that-is-very-long-" + i + "*." + "b".repeat(200))
            .collect(Collectors.joining(", "));
    AdmissionResponse response =
        handle(create(role("{publish: [" + unusual + "], subscribe: [" + unusual + "]}")));

    assertThat(response.isAllowed()).isTrue();
    assertThat(response.warnings()).hasSize(31).last().isEqualTo("further warnings are not shown");
    assertThat(response.warnings())
        .allSatisfy(warning -> assertThat(warning).hasSizeLessThanOrEqualTo(120));
  }

  @Test
  void warnsAboutMissingClusterAndServiceAccount() {
    Function<NatsServiceRole, RoleDependencies> dependencies =
        role -> new RoleDependencies(Optional.empty(), true, true);

    AdmissionResponse response =
        new NatsServiceRoleWebhook(dependencies).handle(create(role(GOOD)));

    assertThat(response.isAllowed()).isTrue();
    assertThat(response.warnings())
        .containsExactly(
            "metadata.labels.nats_cluster: not found in namespace team; create it, or set"
                + " nats.io/cluster-namespace",
            "metadata.name: ServiceAccount nats-user does not exist; create it");
  }

  @Test
  void looksUpClusterInAnnotatedNamespace() {
    Function<NatsServiceRole, RoleDependencies> dependencies =
        role -> new RoleDependencies(Optional.empty(), true, false);
    String elsewhere = "labels: {nats_cluster: a}, annotations: {nats.io/cluster-namespace: core}";

    assertThat(
            new NatsServiceRoleWebhook(dependencies)
                .handle(create(role(elsewhere, GOOD)))
                .warnings())
        .containsExactly(
            "metadata.labels.nats_cluster: not found in namespace core; create it, or set"
                + " nats.io/cluster-namespace");
  }

  @Test
  void warnsAboutClusterThatDoesNotAdmitRole() {
    Function<NatsServiceRole, RoleDependencies> closed =
        role -> new RoleDependencies(Optional.of(Clusters.in("core", "others")), false, false);
    Function<NatsServiceRole, RoleDependencies> open =
        role -> new RoleDependencies(Optional.of(Clusters.named("a", "{}")), false, false);
    Function<NatsServiceRole, RoleDependencies> admitting =
        role -> new RoleDependencies(Optional.of(Clusters.in("core", "team")), false, false);

    assertThat(new NatsServiceRoleWebhook(closed).handle(create(role(GOOD))).warnings())
        .containsExactly(
            "metadata.labels.nats_cluster: the cluster's spec.auth.allowedNamespaces does not list"
                + " this namespace; add it");
    assertThat(
            new NatsServiceRoleWebhook(open)
                .handle(create(role(GOOD).replace("team", Clusters.NAMESPACE)))
                .warnings())
        .containsExactly(
            "metadata.labels.nats_cluster: the cluster's spec.auth.enableServiceAccounts is not"
                + " true; set it");
    assertThat(new NatsServiceRoleWebhook(admitting).handle(create(role(GOOD))).warnings())
        .isEmpty();
  }

  @ParameterizedTest(name = "does not change {0}")
  @ValueSource(strings = {GOOD, BAD, "{publish: [5]}", "[]"})
  void doesNotChangeRequest(String permissions) {
    AdmissionRequest request = update(role(GOOD), role(permissions));
    JsonNode before = request.object().deepCopy();

    handle(request);

    assertThat(request.object()).isEqualTo(before);
  }

  @Test
  void acceptsValueThatIsNotAnObject() {
    AdmissionRequest unusual =
        AdmissionRequestFixture.create("NatsServiceRole", new TextNode("x")).build();

    assertThat(handle(unusual)).isEqualTo(AdmissionResponse.allowed());
  }

  private static AdmissionResponse handle(AdmissionRequest request) {
    return new NatsServiceRoleWebhook(role -> RoleDependencies.UNKNOWN).handle(request);
  }
}
