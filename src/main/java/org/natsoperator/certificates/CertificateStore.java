package org.natsoperator.certificates;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.natsoperator.kubernetes.ChangeHandler;
import org.natsoperator.kubernetes.FailureLog;
import org.natsoperator.kubernetes.ObjectName;
import org.natsoperator.settings.OperatorProperties;
import org.natsoperator.settings.WebhookProperties;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Reads and writes the webhooks' Secret. The operator watches the Secret because a kubelet updates
 * a mounted Secret a minute late. Every replica may write it, with optimistic locking.
 */
@Component
class CertificateStore {

  private static final Logger LOG = LoggerFactory.getLogger(CertificateStore.class);

  private final Secret template;
  private final KubernetesClient client;
  private final CertificateCodec codec;
  private SharedIndexInformer<Secret> informer;
  private Secret lastSecret;
  private CertificateFiles lastFiles = CertificateFiles.NONE;

  CertificateStore(
      KubernetesClient client,
      CertificateCodec codec,
      OperatorProperties operator,
      WebhookProperties webhooks) {
    this.client = client;
    this.codec = codec;
    template =
        new SecretBuilder()
            .withNewMetadata()
            .withNamespace(operator.namespace())
            .withName(webhooks.secret())
            .endMetadata()
            .build();
    lastSecret = template;
  }

  void start(Runnable onChange) {
    informer = watch(client.resource(template), onChange);
  }

  void stop() {
    informer.stop();
  }

  /** Returns the content of the Secret; empty until the cache has synced. */
  Optional<CertificateFiles> files() {
    if (!informer.hasSynced()) {
      return Optional.empty();
    }
    Secret secret = informer.getIndexer().list().stream().findFirst().orElse(template);
    if (!Objects.equals(version(secret), version(lastSecret))) {
      lastFiles = parse(secret);
      lastSecret = secret;
    }
    return Optional.of(lastFiles);
  }

  /**
   * Replaces the content that {@link #files} returned.
   *
   * @throws io.fabric8.kubernetes.client.KubernetesClientException with code 409 if the Secret has
   *     changed since then
   */
  void write(CertificateFiles files) {
    Secret secret = new SecretBuilder(lastSecret).addToData(codec.writeSecret(files)).build();
    if (version(secret) == null) {
      client.resource(secret).create();
    } else {
      client.resource(secret).lockResourceVersion(version(secret)).update();
    }
  }

  private CertificateFiles parse(Secret secret) {
    try {
      return codec.readSecret(Objects.requireNonNullElse(secret.getData(), Map.of()));
    } catch (IllegalArgumentException e) {
      LOG.atWarn()
          .addKeyValue(ObjectName.KEY, ObjectName.of(secret))
          .addKeyValue("error", e.getMessage())
          .log("Ignored the certificates in a Secret");
      return CertificateFiles.NONE;
    }
  }

  private static String version(Secret secret) {
    return secret.getMetadata().getResourceVersion();
  }

  /** Starts an informer. Its events only trigger; the current state is read from its cache. */
  static <T extends HasMetadata> SharedIndexInformer<T> watch(
      Resource<T> resource, Runnable onChange) {
    Consumer<T> trigger = object -> onChange.run();
    SharedIndexInformer<T> informer =
        resource.runnableInformer(0).addEventHandler(new ChangeHandler<>(trigger, trigger));
    informer
        .exceptionHandler(FailureLog.informer(LOG, informer.getApiTypeClass().getSimpleName()))
        .start();
    return informer;
  }
}
