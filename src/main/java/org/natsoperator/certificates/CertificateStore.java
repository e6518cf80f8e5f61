package org.natsoperator.certificates;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.fabric8.kubernetes.client.informers.cache.Cache;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.natsoperator.kubernetes.OperatorProperties;
import org.natsoperator.kubernetes.WebhookProperties;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * The Secret of the webhooks. It is watched, not mounted: a kubelet would show a change only after
 * a minute. Every replica may write it, but only over what it has read.
 */
@Component
class CertificateStore {

  private static final Logger LOG = LoggerFactory.getLogger(CertificateStore.class);

  private final Resource<Secret> resource;
  private final String key;
  private final Secret template;
  private final KubernetesClient client;
  private SharedIndexInformer<Secret> informer;
  private Read last;

  CertificateStore(
      KubernetesClient client, OperatorProperties operator, WebhookProperties webhooks) {
    this.client = client;
    key = Cache.namespaceKeyFunc(operator.namespace(), webhooks.secret());
    resource = client.secrets().inNamespace(operator.namespace()).withName(webhooks.secret());
    template =
        new SecretBuilder()
            .withNewMetadata()
            .withNamespace(operator.namespace())
            .withName(webhooks.secret())
            .endMetadata()
            .build();
    last = new Read(template, CertificateFiles.NONE);
  }

  void start(Runnable onChange) {
    informer = resource.runnableInformer(0).addEventHandler(new OnChange<>(onChange));
    informer.exceptionHandler((started, failure) -> true).start();
  }

  void stop() {
    informer.stop();
  }

  /** Empty as long as it is not known whether there is a Secret. */
  Optional<CertificateFiles> files() {
    if (!informer.hasSynced()) {
      return Optional.empty();
    }
    Secret secret = Objects.requireNonNullElse(informer.getIndexer().getByKey(key), template);
    if (!Objects.equals(version(secret), version(last.secret))) {
      last = new Read(secret, read(secret));
    }
    return Optional.of(last.files);
  }

  /**
   * Writes over what {@link #files} has read.
   *
   * @throws io.fabric8.kubernetes.client.KubernetesClientException with code 409 if somebody else
   *     was faster
   */
  void write(CertificateFiles files) {
    Secret secret = new SecretBuilder(last.secret).addToData(files.data()).build();
    if (version(secret) == null) {
      client.resource(secret).create();
    } else {
      client.resource(secret).lockResourceVersion(version(secret)).update();
    }
  }

  private static String version(Secret secret) {
    return secret.getMetadata().getResourceVersion();
  }

  private static CertificateFiles read(Secret secret) {
    try {
      return CertificateFiles.of(Objects.requireNonNullElse(secret.getData(), Map.of()));
    } catch (IllegalArgumentException e) {
      LOG.warn("Secret {}: {}", secret.getMetadata().getName(), e.getMessage());
      return CertificateFiles.NONE;
    }
  }

  private record Read(Secret secret, CertificateFiles files) {}

  /** Which change it is says the cache. */
  record OnChange<T extends HasMetadata>(Runnable look) implements ResourceEventHandler<T> {

    @Override
    public void onAdd(T object) {
      look.run();
    }

    @Override
    public void onUpdate(T before, T now) {
      look.run();
    }

    @Override
    public void onDelete(T object, boolean unknown) {
      look.run();
    }
  }
}
