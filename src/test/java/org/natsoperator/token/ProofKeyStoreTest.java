package org.natsoperator.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.natsoperator.leader.Leadership;
import org.natsoperator.testing.OperatorPropertiesFixture;

/** The API server of these tests responds only when a test permits it. */
class ProofKeyStoreTest {

  private static final String SECRET =
      """
      {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "a"},
        "data": {"hmac.key": "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="}}
      """;

  private final AtomicInteger requests = new AtomicInteger();
  private final CountDownLatch responding = new CountDownLatch(1);
  private volatile int code = 200;
  private HttpServer server;
  private KubernetesClient client;
  private ProofKeyStore store;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", this::respond);
    server.start();
    client =
        new KubernetesClientBuilder()
            .withConfig(
                new ConfigBuilder()
                    .withMasterUrl("http://127.0.0.1:" + server.getAddress().getPort())
                    .withRequestRetryBackoffLimit(0)
                    .build())
            .build();
    store =
        new ProofKeyStore(client, OperatorPropertiesFixture.watching().build(), new Leadership());
  }

  @AfterEach
  void stop() {
    responding.countDown();
    client.close();
    server.stop(0);
  }

  @Test
  void concurrentCallsShareRequest() throws Exception {
    List<FutureTask<ProofKey>> calls = threeWaitingCalls();

    responding.countDown();

    for (FutureTask<ProofKey> call : calls) {
      assertThat(call.get()).isNotNull().isSameAs(store.key());
    }
    assertThat(requests).hasValue(1);
  }

  /** Otherwise the reconciliations wait for their timeouts one after another. */
  @Test
  void concurrentCallsShareFailure() {
    code = 500;
    List<FutureTask<ProofKey>> calls = threeWaitingCalls();

    responding.countDown();

    assertThat(calls)
        .allSatisfy(
            call ->
                assertThatThrownBy(call::get).hasCauseInstanceOf(KubernetesClientException.class));
    assertThat(requests).hasValue(1);
  }

  @Test
  void requestsKeyAgainAfterFailure() {
    responding.countDown();
    code = 500;
    assertThatThrownBy(store::key).isInstanceOf(KubernetesClientException.class);
    code = 200;

    assertThat(store.key()).isNotNull();
    assertThat(requests).hasValue(2);
  }

  /** Returns when each call waits for the API server or for another call. */
  private List<FutureTask<ProofKey>> threeWaitingCalls() {
    List<FutureTask<ProofKey>> calls =
        Stream.generate(() -> new FutureTask<>(store::key)).limit(3).toList();
    List<Thread> threads = calls.stream().map(Thread.ofVirtual()::start).toList();
    await().until(() -> requests.get() > 0);
    await()
        .until(
            () ->
                threads.stream()
                    .allMatch(
                        thread ->
                            thread.getState() == Thread.State.WAITING
                                || thread.getState() == Thread.State.TIMED_WAITING));
    return calls;
  }

  private void respond(HttpExchange exchange) throws IOException {
    requests.incrementAndGet();
    try {
      responding.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    byte[] body = SECRET.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().add("Content-Type", "application/json");
    exchange.sendResponseHeaders(code, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }
}
