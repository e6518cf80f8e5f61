package org.natsoperator.operator;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Base64;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/**
 * Simulates an API server that is killed: the connection ends directly after an event. No informer
 * may miss the event.
 */
class WatchesTest {

  private static final int ENDS = 50;
  private static final String LIST =
      "{\"apiVersion\": \"v1\", \"kind\": \"SecretList\", \"metadata\": {\"resourceVersion\":"
          + " \"1\"}, \"items\": []}";
  private static final String EVENT =
      "{\"type\":\"ADDED\",\"object\":{\"apiVersion\":\"v1\",\"kind\":\"Secret\",\"metadata\":{\"name\":\"s%1$d\",\"resourceVersion\":\"%1$d\"}}}";

  private final AtomicInteger watches = new AtomicInteger(1);

  @Test
  void restartsWatchesWheneverTheyEnd() throws IOException {
    try (ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      Thread.ofVirtual().start(() -> serve(server));
      String address = "http://127.0.0.1:" + server.getLocalPort();
      try (KubernetesClient client =
              new KubernetesClientBuilder()
                  .withConfig(
                      new ConfigBuilder()
                          .withMasterUrl(address)
                          .withWatchReconnectInterval(10)
                          .build())
                  .build();
          SharedIndexInformer<Secret> informer = client.secrets().inNamespace("any").inform()) {
        await().atMost(Duration.ofMinutes(2)).until(() -> watches.get() > ENDS);
        assertThat(informer.isRunning()).isTrue();
      }
    }
  }

  private void serve(ServerSocket server) {
    while (!server.isClosed()) {
      try {
        Socket socket = server.accept();
        Thread.ofVirtual().start(() -> answer(socket));
      } catch (IOException ended) {
        return;
      }
    }
  }

  private void answer(Socket socket) {
    try (socket) {
      var lines =
          new BufferedReader(new InputStreamReader(socket.getInputStream(), ISO_8859_1))
              .lines()
              .takeWhile(line -> !line.isEmpty())
              .toList();
      var key =
          lines.stream()
              .filter(line -> line.toLowerCase().startsWith("sec-websocket-key:"))
              .map(line -> line.split(": *")[1])
              .findFirst();
      OutputStream out = socket.getOutputStream();
      out.write(key.isPresent() ? watch(key.get()) : list());
      out.flush();
    } catch (IOException ended) {
      // The client is closed.
    }
  }

  private static byte[] list() {
    return "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%s"
        .formatted(LIST.length(), LIST)
        .getBytes(ISO_8859_1);
  }

  /** RFC 6455: the handshake, and one event in one frame. */
  private byte[] watch(String key) {
    String event = EVENT.formatted(watches.incrementAndGet());
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.writeBytes(
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: %s\r\n\r\n"
            .formatted(accept(key))
            .getBytes(ISO_8859_1));
    all.write(0x81);
    all.write(event.length());
    all.writeBytes(event.getBytes(ISO_8859_1));
    return all.toByteArray();
  }

  private static String accept(String key) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-1")
              .digest((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").getBytes(ISO_8859_1));
      return Base64.getEncoder().encodeToString(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
