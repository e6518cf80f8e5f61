package org.natsoperator.certificates;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhook;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhookBuilder;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhookConfiguration;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhookConfigurationBuilder;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.ValidatingWebhook;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.ValidatingWebhookBuilder;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.ValidatingWebhookConfiguration;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.ValidatingWebhookConfigurationBuilder;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.WebhookClientConfig;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.natsoperator.certificates.CertificateStore.OnChange;
import org.natsoperator.kubernetes.WebhookProperties;
import org.springframework.stereotype.Component;

/**
 * Whom the API server trusts when it calls our webhooks: {@code caBundle} of each webhook in the
 * two configurations that the chart makes. The chart leaves that field out, so it is ours alone and
 * an upgrade keeps it.
 */
@Component
class WebhookConfigurations {

  private static final String FIELD_MANAGER = "nats-operator";

  private final KubernetesClient client;
  private final String name;
  private final Resource<MutatingWebhookConfiguration> mutatingResource;
  private final Resource<ValidatingWebhookConfiguration> validatingResource;
  private final Map<String, Bundle> read = new ConcurrentHashMap<>();
  private SharedIndexInformer<MutatingWebhookConfiguration> mutating;
  private SharedIndexInformer<ValidatingWebhookConfiguration> validating;

  WebhookConfigurations(KubernetesClient client, WebhookProperties webhooks) {
    this.client = client;
    name = webhooks.configuration();
    var registration = client.admissionRegistration().v1();
    mutatingResource = registration.mutatingWebhookConfigurations().withName(name);
    validatingResource = registration.validatingWebhookConfigurations().withName(name);
  }

  void start(Runnable onChange) {
    mutating = started(mutatingResource, onChange);
    validating = started(validatingResource, onChange);
  }

  void stop() {
    mutating.stop();
    validating.stop();
  }

  /**
   * What each webhook trusts; empty if there is none, or none is known yet. Where somebody has
   * deleted one configuration, the webhooks of the other go on.
   */
  List<Bundle> published() {
    if (!mutating.hasSynced() || !validating.hasSynced()) {
      return List.of();
    }
    return Stream.concat(
            mutatingWebhooks().stream().map(MutatingWebhook::getClientConfig),
            validatingWebhooks().stream().map(ValidatingWebhook::getClientConfig))
        .map(this::bundle)
        .toList();
  }

  /**
   * Only of webhooks that are there: the API server refuses one that has nothing but this field.
   */
  void publish(Bundle authorities) {
    WebhookClientConfig trust = new WebhookClientConfig();
    byte[] pem = authorities.pem().getBytes(StandardCharsets.US_ASCII);
    trust.setCaBundle(Base64.getEncoder().encodeToString(pem));
    List<MutatingWebhook> mutatingWebhooks =
        mutatingWebhooks().stream().map(webhook -> trusting(webhook, trust)).toList();
    if (!mutatingWebhooks.isEmpty()) {
      apply(
          new MutatingWebhookConfigurationBuilder()
              .withNewMetadata()
              .withName(name)
              .endMetadata()
              .withWebhooks(mutatingWebhooks)
              .build());
    }
    List<ValidatingWebhook> validatingWebhooks =
        validatingWebhooks().stream().map(webhook -> trusting(webhook, trust)).toList();
    if (!validatingWebhooks.isEmpty()) {
      apply(
          new ValidatingWebhookConfigurationBuilder()
              .withNewMetadata()
              .withName(name)
              .endMetadata()
              .withWebhooks(validatingWebhooks)
              .build());
    }
  }

  private void apply(HasMetadata configuration) {
    client.resource(configuration).fieldManager(FIELD_MANAGER).forceConflicts().serverSideApply();
  }

  private static MutatingWebhook trusting(MutatingWebhook webhook, WebhookClientConfig trust) {
    return new MutatingWebhookBuilder().withName(webhook.getName()).withClientConfig(trust).build();
  }

  private static ValidatingWebhook trusting(ValidatingWebhook webhook, WebhookClientConfig trust) {
    return new ValidatingWebhookBuilder()
        .withName(webhook.getName())
        .withClientConfig(trust)
        .build();
  }

  private List<MutatingWebhook> mutatingWebhooks() {
    var configuration = mutating.getIndexer().getByKey(name);
    return configuration == null ? List.of() : new ArrayList<>(configuration.getWebhooks());
  }

  private List<ValidatingWebhook> validatingWebhooks() {
    var configuration = validating.getIndexer().getByKey(name);
    return configuration == null ? List.of() : new ArrayList<>(configuration.getWebhooks());
  }

  /** The same text again and again. */
  private Bundle bundle(WebhookClientConfig config) {
    String text = Objects.requireNonNullElse(config.getCaBundle(), "");
    Bundle known = read.get(text);
    if (known == null) {
      read.clear();
      known =
          Bundle.ofText(new String(Base64.getDecoder().decode(text), StandardCharsets.US_ASCII));
      read.put(text, known);
    }
    return known;
  }

  private static <T extends HasMetadata> SharedIndexInformer<T> started(
      Resource<T> resource, Runnable onChange) {
    SharedIndexInformer<T> informer =
        resource.runnableInformer(0).addEventHandler(new OnChange<>(onChange));
    informer.exceptionHandler((started, failure) -> true).start();
    return informer;
  }
}
