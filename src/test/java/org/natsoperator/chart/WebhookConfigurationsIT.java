package org.natsoperator.chart;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhook;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhookConfiguration;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.ValidatingWebhook;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.ValidatingWebhookConfiguration;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.natsoperator.testing.ChartServer;

/** The webhook configurations and the Secret of the webhooks that the chart installs. */
@ExtendWith(ChartServer.class)
class WebhookConfigurationsIT {

  private static final String CA = "Q0E=";

  private static SilentWebhooks webhooks;

  @BeforeAll
  static void install() {
    webhooks = new SilentWebhooks();
    webhooks.install();
  }

  @AfterAll
  static void uninstall() {
    webhooks.close();
    assertThat(mutating().get()).isNull();
    assertThat(validating().get()).isNull();
    assertThat(secret()).isNull();
  }

  @Test
  void upgradeKeepsDataThatOperatorWrote() {
    mutating().edit(it -> withCa(it));
    validating().edit(it -> withCa(it));
    Secret secret = secret();
    assertThat(secret.getData()).isNullOrEmpty();
    secret.setData(Map.of("ca.crt", CA));
    webhooks.client.resource(secret).update();
    webhooks.upgrade("webhooks={\"timeoutSeconds\": 6}");
    webhooks.upgrade();
    assertThat(mutating().get().getWebhooks())
        .hasSize(2)
        .allSatisfy(it -> assertThat(it.getClientConfig().getCaBundle()).isEqualTo(CA));
    assertThat(validating().get().getWebhooks())
        .hasSize(3)
        .allSatisfy(it -> assertThat(it.getClientConfig().getCaBundle()).isEqualTo(CA));
    assertThat(mutating().get().getWebhooks())
        .extracting(MutatingWebhook::getTimeoutSeconds)
        .containsOnly(5);
    assertThat(secret().getData()).isEqualTo(Map.of("ca.crt", CA));
  }

  @Test
  void configurationsHaveExpectedOptions() {
    List<MutatingWebhook> pods = mutating().get().getWebhooks();
    List<ValidatingWebhook> ours = validating().get().getWebhooks();
    assertThat(pods)
        .extracting(MutatingWebhook::getFailurePolicy)
        .containsExactly("Fail", "Ignore");
    assertThat(pods).extracting(MutatingWebhook::getReinvocationPolicy).containsOnly("IfNeeded");
    assertThat(pods).extracting(MutatingWebhook::getSideEffects).containsOnly("None");
    assertThat(ours).extracting(ValidatingWebhook::getSideEffects).containsOnly("None");
    assertThat(ours)
        .extracting(ValidatingWebhook::getFailurePolicy)
        .containsExactly("Fail", "Fail", "Ignore");
    assertThat(pods)
        .extracting(it -> it.getClientConfig().getService().getPath())
        .containsOnly("/mutate/pods");
    assertThat(ours)
        .extracting(it -> it.getClientConfig().getService().getPath())
        .containsExactly(
            "/validate/natsserviceroles", "/validate/natsclusters", "/validate/natsclusters");
  }

  private static MutatingWebhookConfiguration withCa(MutatingWebhookConfiguration configuration) {
    configuration.getWebhooks().forEach(it -> it.getClientConfig().setCaBundle(CA));
    return configuration;
  }

  private static ValidatingWebhookConfiguration withCa(
      ValidatingWebhookConfiguration configuration) {
    configuration.getWebhooks().forEach(it -> it.getClientConfig().setCaBundle(CA));
    return configuration;
  }

  private static Resource<MutatingWebhookConfiguration> mutating() {
    return webhooks
        .client
        .admissionRegistration()
        .v1()
        .mutatingWebhookConfigurations()
        .withName(webhooks.release.serviceAccount());
  }

  private static Resource<ValidatingWebhookConfiguration> validating() {
    return webhooks
        .client
        .admissionRegistration()
        .v1()
        .validatingWebhookConfigurations()
        .withName(webhooks.release.serviceAccount());
  }

  private static Secret secret() {
    return webhooks
        .client
        .secrets()
        .inNamespace(webhooks.release.namespace())
        .withName(webhooks.release.serviceAccount() + "-webhooks")
        .get();
  }
}
