package org.natsoperator.token;

import io.fabric8.kubernetes.client.KubernetesClient;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import org.natsoperator.testing.SigningKey;

/** The keys that an API server publishes, and the requests for them. */
final class PublishedKeys {

  /** An action of the API server before it responds. */
  interface Action {

    void run() throws InterruptedException;
  }

  /** The paths of the requests. */
  final List<String> requests = new ArrayList<>();

  volatile Action onRequest = () -> {};
  private volatile String keys;

  PublishedKeys(SigningKey... keys) {
    publish(keys);
  }

  void publish(SigningKey... published) {
    keys = SigningKey.published(published);
  }

  KubernetesClient client() {
    return (KubernetesClient)
        Proxy.newProxyInstance(
            KubernetesClient.class.getClassLoader(),
            new Class<?>[] {KubernetesClient.class},
            (proxy, method, arguments) -> {
              requests.add((String) arguments[0]);
              onRequest.run();
              return keys;
            });
  }
}
