package org.natsoperator.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.natsoperator.chart.Users.rejection;
import static org.natsoperator.testing.ChartServer.EVERYWHERE;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhookConfiguration;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhookConfigurationBuilder;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.ValidatingWebhookConfigurationBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.natsoperator.testing.ChartServer;

/** The operator's account can change only {@code caBundle} of its webhook configurations. */
@ExtendWith(ChartServer.class)
class WebhookChangesGuardIT {

  private static final String CA = "Q0E=";

  private static KubernetesClient operator;

  @BeforeAll
  static void awaitPolicies() {
    operator = ChartServer.as(EVERYWHERE.user());
    Users.awaitRejection(() -> patch("replace", "/webhooks/0/timeoutSeconds", "2"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          replace | /webhooks/0/clientConfig                   | {"url": "https://evil.example.com"}
          replace | /webhooks/0/clientConfig/service/name      | "evil"
          replace | /webhooks/0/clientConfig/service/namespace | "evil"
          replace | /webhooks/0/rules/0/resources              | ["*"]
          replace | /webhooks/0/failurePolicy                  | "Fail"
          replace | /webhooks/0/namespaceSelector              | {}
          replace | /webhooks/0/objectSelector                 | {}
          remove  | /webhooks/0/matchConditions                | null
          replace | /webhooks/0/name                           | "evil.nats.io"
          remove  | /webhooks/1                                | null
          add     | /webhooks/-                                | {"name": "evil.nats.io", "clientConfig": {"url": "https://evil.example.com"}, "sideEffects": "None", "admissionReviewVersions": ["v1"]}
          """)
  void rejectsOtherFields(String operation, String field, String value) {
    assertThat(rejection(() -> patch(operation, field, value)))
        .contains("may change only clientConfig.caBundle");
  }

  /** By server-side apply of names and CA, as the operator does. */
  @Test
  void admitsCaBundle() {
    apply(
        new MutatingWebhookConfigurationBuilder()
            .withNewMetadata()
            .withName(EVERYWHERE.serviceAccount())
            .endMetadata()
            .addNewWebhook()
            .withName("pods.nats.io")
            .withNewClientConfig()
            .withCaBundle(CA)
            .endClientConfig()
            .endWebhook()
            .build());
    apply(
        new ValidatingWebhookConfigurationBuilder()
            .withNewMetadata()
            .withName(EVERYWHERE.serviceAccount())
            .endMetadata()
            .addNewWebhook()
            .withName("natsclusters.nats.io")
            .withNewClientConfig()
            .withCaBundle(CA)
            .endClientConfig()
            .endWebhook()
            .build());
    assertThat(configuration().getWebhooks().getFirst().getClientConfig().getCaBundle())
        .isEqualTo(CA);
  }

  private static void apply(HasMetadata patch) {
    operator.resource(patch).fieldManager("nats-operator").forceConflicts().serverSideApply();
  }

  private static MutatingWebhookConfiguration patch(String operation, String field, String value) {
    return operator
        .resource(configuration())
        .patch(
            PatchContext.of(PatchType.JSON),
            "[{\"op\": \"%s\", \"path\": \"%s\", \"value\": %s}]"
                .formatted(operation, field, value));
  }

  private static MutatingWebhookConfiguration configuration() {
    return ChartServer.client()
        .admissionRegistration()
        .v1()
        .mutatingWebhookConfigurations()
        .withName(EVERYWHERE.serviceAccount())
        .get();
  }
}
