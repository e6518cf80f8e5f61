package org.natsoperator.certificates;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhook;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhookBuilder;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhookConfiguration;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.ValidatingWebhook;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.ValidatingWebhookBuilder;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.ValidatingWebhookConfiguration;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.WebhookClientConfig;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.WebhookClientConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.natsoperator.settings.WebhookProperties;
import org.springframework.stereotype.Component;

/**
 * Reads and writes {@code caBundle} of each webhook in the two configurations of the chart. The
 * chart omits that field, so that an upgrade of the chart keeps it.
 */
@Component
class WebhookConfigurations {

  private final KubernetesClient client;
  private final CertificateCodec codec;
  private final String name;
  private final Map<String, CaBundle> parsed = new HashMap<>();
  private SharedIndexInformer<MutatingWebhookConfiguration> mutating;
  private SharedIndexInformer<ValidatingWebhookConfiguration> validating;

  WebhookConfigurations(
      KubernetesClient client, CertificateCodec codec, WebhookProperties webhooks) {
    this.client = client;
    this.codec = codec;
    name = webhooks.configuration();
  }

  void start(Runnable onChange) {
    var api = client.admissionRegistration().v1();
    mutating = CertificateStore.watch(api.mutatingWebhookConfigurations().withName(name), onChange);
    validating =
        CertificateStore.watch(api.validatingWebhookConfigurations().withName(name), onChange);
  }

  void stop() {
    mutating.stop();
    validating.stop();
  }

  /**
   * Returns the CA bundle of each webhook; none until the caches have synced. A deleted
   * configuration has no webhooks, and the webhooks of the other one remain.
   */
  List<CaBundle> published() {
    if (!mutating.hasSynced() || !validating.hasSynced()) {
      return List.of();
    }
    List<String> bundles =
        Stream.concat(
                mutatingWebhooks().map(MutatingWebhook::getClientConfig),
                validatingWebhooks().map(ValidatingWebhook::getClientConfig))
            .map(config -> Objects.requireNonNullElse(config.getCaBundle(), ""))
            .toList();
    parsed.keySet().retainAll(bundles);
    return bundles.stream().map(text -> parsed.computeIfAbsent(text, codec::readBundle)).toList();
  }

  /** Updates existing webhooks only: the API server rejects a webhook that has no other field. */
  void publish(CaBundle bundle) {
    WebhookClientConfig config =
        new WebhookClientConfigBuilder().withCaBundle(codec.writeBundle(bundle)).build();
    MutatingWebhookConfiguration mutatingPatch = new MutatingWebhookConfiguration();
    mutatingPatch.setWebhooks(
        mutatingWebhooks()
            .map(webhook -> new MutatingWebhookBuilder().withName(webhook.getName()))
            .map(webhook -> webhook.withClientConfig(config).build())
            .toList());
    apply(mutatingPatch, mutatingPatch.getWebhooks());
    ValidatingWebhookConfiguration validatingPatch = new ValidatingWebhookConfiguration();
    validatingPatch.setWebhooks(
        validatingWebhooks()
            .map(webhook -> new ValidatingWebhookBuilder().withName(webhook.getName()))
            .map(webhook -> webhook.withClientConfig(config).build())
            .toList());
    apply(validatingPatch, validatingPatch.getWebhooks());
  }

  private void apply(HasMetadata patch, List<?> webhooks) {
    patch.setMetadata(new ObjectMetaBuilder().withName(name).build());
    if (!webhooks.isEmpty()) {
      client.resource(patch).fieldManager("nats-operator").forceConflicts().serverSideApply();
    }
  }

  private Stream<MutatingWebhook> mutatingWebhooks() {
    return mutating.getIndexer().list().stream().flatMap(all -> all.getWebhooks().stream());
  }

  private Stream<ValidatingWebhook> validatingWebhooks() {
    return validating.getIndexer().list().stream().flatMap(all -> all.getWebhooks().stream());
  }
}
