package org.natsoperator.admission.validate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.natsoperator.admission.review.AdmissionRequests.cluster;
import static org.natsoperator.admission.review.AdmissionRequests.create;
import static org.natsoperator.admission.review.AdmissionRequests.scale;
import static org.natsoperator.admission.review.AdmissionRequests.update;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.natsoperator.admission.review.AdmissionResponse;
import org.natsoperator.validation.FieldError;

class NatsClusterWebhookTest {

  private static final String GOOD =
      "{size: %d, version: %s, pod: {enableConfigReload: true}, auth: {enableServiceAccounts:"
          + " true}}";

  @Test
  void acceptsClusterOf2018WithoutWarning() {
    AdmissionResponse response =
        new NatsClusterWebhook().handle(create(cluster(GOOD.formatted(3, "1.2.0"))));

    assertThat(response).isEqualTo(AdmissionResponse.allowed());
  }

  @ParameterizedTest
  @CsvSource({"1 GB", "half", "500 m", "-", "1Gb"})
  void rejectsInvalidQuantityWithItsField(String amount) {
    String bad =
        cluster(
            "{pod: {resources: {limits: {memory: '%s'}}}, auth: {enableServiceAccounts: true}}"
                .formatted(amount));

    assertThat(new NatsClusterWebhook().handle(create(bad)).errors())
        .containsExactly(
            new FieldError(
                "spec.pod.resources.limits.memory",
                "is not a valid quantity; use one such as \"500m\" or \"1Gi\""));
  }

  /**
   * For millions of digits, or of parts of a name, the check needs minutes, or too deep a stack.
   */
  @Test
  void rejectsLongQuantityAndImage() {
    String bad =
        cluster(
            ("{serverImage: '%s', pod: {resources: {limits: {cpu: '%s'}}}, auth:"
                    + " {enableServiceAccounts: true}}")
                .formatted("a-".repeat(600) + "a", "9".repeat(65)));

    assertThat(new NatsClusterWebhook().handle(create(bad)).errors())
        .extracting(FieldError::field)
        .containsExactly("spec.serverImage", "spec.pod.resources.limits.cpu");
  }

  @Test
  void reportsAllErrorsInOneResponse() {
    String bad =
        cluster(
                "{size: 0, version: latest!, serverImage: 'a:b', lameDuckDurationSeconds: 5, tls:"
                    + " {verify: true}, natsConfig: {maxPayload: 100000000, maxControlLine: 10,"
                    + " maxPending: many}, pod: {labels: {app: a}, reloaderImagePullPolicy: 5},"
                    + " auth: {enableServiceAccounts: true, allowedNamespaces: ['*']}}")
            .replace("name: example-nats", "name: a-mgmt");

    assertThat(new NatsClusterWebhook().handle(create(bad)).errors())
        .extracting(FieldError::field)
        .containsExactly(
            "spec.natsConfig.maxPending",
            "spec.pod.reloaderImagePullPolicy",
            "metadata.name",
            "spec.size",
            "spec.version",
            "spec.serverImage",
            "spec.natsConfig.maxPayload",
            "spec.natsConfig.maxControlLine",
            "spec.lameDuckDurationSeconds",
            "spec.auth.allowedNamespaces[0]",
            "spec.pod.labels.app",
            "spec.tls");
  }

  @ParameterizedTest(name = "rejects {0} at {1}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {size: three}                              | spec.size
          {size: 3.5}                                | spec.size
          {size: 99999999999}                        | spec.size
          {version: 2.1}                             | spec.version
          {pod: {natsEnv: [{name: A}, text]}}        | spec.pod.natsEnv[1]
          {pod: {labels: {a: 5}}}                    | spec.pod.labels.a
          {pod: {resources: {limits: {cpu: []}}}}    | spec.pod.resources.limits.cpu
          {auth: yes please}                         | spec.auth
          {pod: {labels: {a: 5, ab: b c}}}           | spec.pod.labels.a, spec.pod.labels.ab
          """)
  void rejectsValueOfWrongType(String spec, String field) {
    assertThat(new NatsClusterWebhook().handle(create(cluster(spec))).errors())
        .extracting(FieldError::field)
        .containsExactly(field.split(", "));
  }

  /** Scales and changes versions as in step 11 of the walkthrough, and back. */
  @ParameterizedTest(name = "{0} servers of {1} become {2} of {3}: {4} warnings")
  @CsvSource({
    "3, 2.10.27, 5, 2.10.27, 0",
    "5, 2.10.27, 3, 2.10.27, 1",
    "3, 2.10.27, 3, 2.15.3, 0",
    "3, 2.15.3, 3, 2.10.27, 1",
    "3, 2.15.3, 3, 1.2.0, 3"
  })
  void warnsAboutScaleDownAndDowngrade(
      int size, String version, int newSize, String newVersion, int warnings) {
    AdmissionResponse response =
        new NatsClusterWebhook()
            .handle(
                update(
                    cluster(GOOD.formatted(size, version)),
                    cluster(GOOD.formatted(newSize, newVersion))));

    assertThat(response.errors()).isEmpty();
    assertThat(response.warnings()).hasSize(warnings);
  }

  @ParameterizedTest(name = "scaling from {0} to {1}: {2} warnings")
  @CsvSource({"3, 5, 0", "5, 3, 1", "3, 1, 2"})
  void warnsAboutScaleDownOfScaleSubresource(int before, int after, int warnings) {
    AdmissionResponse response = new NatsClusterWebhook().handle(scale(before, after));

    assertThat(response.isAllowed()).isTrue();
    assertThat(response.warnings())
        .hasSize(warnings)
        .allSatisfy(warning -> assertThat(warning).startsWith("spec.size: "));
  }

  @ParameterizedTest(name = "annotation {0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          nats.io/restarted: now              | metadata.annotations.nats.io/restarted: is unknown and has no effect; check its spelling
          nats.io/deletion-protection: "yes"  | metadata.annotations.nats.io/deletion-protection: does not protect the object with this value; set it to "true"
          nats.io/restartedAt: now            |
          nats.io/reissue: "1"                |
          nats.io/renew-keys: "1"             |
          nats.io/force-token-switch: "true"  |
          nats.io/deletion-protection: "true" |
          nats.io/nsr: hash-of-go-operator    |
          example.com/any: a                  |
          """)
  void warnsAboutAnnotationWithoutEffectOnce(String annotation, String warning) {
    String before = cluster(GOOD.formatted(3, "2.15.3"));
    String after =
        before.replace(
            "name: example-nats", "name: example-nats, annotations: {" + annotation + "}");
    List<String> expected = warning == null ? List.of() : List.of(warning);

    assertThat(new NatsClusterWebhook().handle(create(after)).warnings()).isEqualTo(expected);
    assertThat(new NatsClusterWebhook().handle(update(before, after)).warnings())
        .isEqualTo(expected);
    assertThat(new NatsClusterWebhook().handle(update(after, after)).warnings()).isEmpty();
  }

  @Test
  void warnsAboutErrorThatExistedBefore() {
    AdmissionResponse response =
        new NatsClusterWebhook()
            .handle(
                update(
                    cluster("{size: 1, auth: {enableServiceAccounts: true}, tls: {verify: true}}"),
                    cluster(
                        "{size: 2, auth: {enableServiceAccounts: true}, tls: {verify: true}}")));

    assertThat(response.errors()).isEmpty();
    assertThat(response.warnings()).containsExactly("spec.tls: is not supported yet; remove it");
  }

  @Test
  void rejectsNewError() {
    AdmissionResponse response =
        new NatsClusterWebhook()
            .handle(
                update(
                    cluster(GOOD.formatted(3, "2.15.3")),
                    cluster(GOOD.formatted(3, "2.15.3").replace("size: 3", "size: 0"))));

    assertThat(response.errors())
        .extracting(FieldError::toString)
        .containsExactly("spec.size: must be 1 or more");
  }
}
