package org.natsoperator.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** An API server that fails, such as one whose admission webhook does not answer. */
class KubernetesClientTest {

  /** Otherwise a thread of all reconcilers waits for some 20 seconds. */
  @Test
  void sendsFailedRequestOnce() throws IOException {
    AtomicInteger requests = new AtomicInteger();
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          requests.incrementAndGet();
          exchange.sendResponseHeaders(500, -1);
          exchange.close();
        });
    server.start();
    Config config = KubernetesConfiguration.config();
    config.setMasterUrl("http://127.0.0.1:" + server.getAddress().getPort());
    try (KubernetesClient client = new KubernetesClientBuilder().withConfig(config).build()) {
      var secret = client.secrets().inNamespace("a").withName("a");
      assertThatThrownBy(secret::get).isInstanceOf(KubernetesClientException.class);
    } finally {
      server.stop(0);
    }

    assertThat(requests.get()).isEqualTo(1);
    assertThat(config.getRequestTimeout()).isEqualTo(10_000);
    assertThat(new ConfigBuilder().build().getRequestRetryBackoffLimit())
        .as("the default that this test excludes")
        .isPositive();
  }
}
