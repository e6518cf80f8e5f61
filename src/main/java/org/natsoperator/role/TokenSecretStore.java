package org.natsoperator.role;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.informers.cache.BasicItemStore;
import io.fabric8.kubernetes.client.informers.cache.Cache;

/**
 * A cache of Secrets that keeps only the content of token Secrets. Those with the servers'
 * configuration carry the same labels and are the largest there are, but to roles they mean
 * nothing.
 */
final class TokenSecretStore extends BasicItemStore<Secret> {

  TokenSecretStore() {
    super(Cache::metaNamespaceKeyFunc);
  }

  @Override
  public Secret put(String key, Secret secret) {
    secret.getMetadata().setManagedFields(null);
    if (!TokenSecret.isNamed(secret)) {
      secret.setData(null);
    }
    return super.put(key, secret);
  }
}
