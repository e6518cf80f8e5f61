package org.natsoperator.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.http.HttpClient.Version;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.eclipse.jetty.http2.ErrorCode;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.natsoperator.testing.ApiServer;
import org.natsoperator.testing.Sandbox;

/** Whatever comes, by HTTP/1.1 and HTTP/2: each with its code, and afterwards the next one is answered. */
@ExtendWith(ApiServer.class)
class HostileRequestsIT {

  private static final String GOOD = HostileBodies.review("\"uid\": \"7\", \"operation\": \"CREATE\", \"object\": {}");

  private static Replica replica;
  private static Caller http1;
  private static Caller http2;

  @BeforeAll
  static void start(Sandbox sandbox) {
    String name = sandbox.namespace();
    replica = Replica.start(name, name, "operator.webhooks.lingering=0s");
    await().until(() -> sandbox.secret(name) != null && sandbox.secret(name).getData() != null);
    http1 = new Caller(sandbox.client(), name, replica.port(), Version.HTTP_1_1);
    http2 = new Caller(sandbox.client(), name, replica.port(), Version.HTTP_2);
    await().ignoreExceptions().until(() -> http1.post(WebhookPaths.PODS, GOOD).statusCode() == 200);
  }

  @AfterAll
  static void stop() {
    replica.close();
  }

  @ParameterizedTest
  @EnumSource(Version.class)
  void aGoodOneIsAnsweredInTheVersionItCameIn(Version version) throws IOException, InterruptedException {
    HttpResponse<String> answer = caller(version).post(WebhookPaths.PODS + "?timeout=5s", GOOD);
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.version()).isEqualTo(version);
    assertThat(answer.headers().firstValue("content-type")).contains("application/json");
    assertThat(answer.body()).contains("\"uid\":\"7\"", "\"patchType\":\"JSONPatch\"");
    assertThat(answer.headers().map()).doesNotContainKeys("server", "x-powered-by", "set-cookie");
    assertThat(answer.sslSession().orElseThrow().getProtocol()).isEqualTo("TLSv1.3");
  }

  /** As large as an update of two full objects, and again and again, which a server might take for an attack. */
  @ParameterizedTest
  @EnumSource(Version.class)
  void aLargeOneIsAnsweredToo(Version version) throws IOException, InterruptedException {
    String large = HostileBodies.review("\"uid\": \"7\", \"operation\": \"CREATE\", \"object\": {\"a\": \"" + "x".repeat(3 << 20) + "\"}");
    for (int i = 0; i < 20; i++) {
      assertThat(caller(version).post(WebhookPaths.PODS, large).statusCode()).isEqualTo(200);
    }
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(delimiter = '|', textBlock = HostileBodies.TABLE)
  void aBodyThatIsNoReview(String what, String body) throws IOException, InterruptedException {
    for (Version version : Version.values()) {
      HttpResponse<String> answer = caller(version).post(WebhookPaths.PODS, HostileBodies.of(body));
      assertThat(answer.statusCode()).isEqualTo(400);
      assertThat(answer.body()).isNotEmpty().doesNotContain("s3cret", "Exception", "\tat ");
      assertStillAnswers(version);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "GET, 405", "PUT, 405", "DELETE, 405", "HEAD, 405", "OPTIONS, 405", "PATCH, 405", "TRACE, 405", "NEW, 405"
  })
  void anotherMethod(String method, int code) throws IOException, InterruptedException {
    for (Version version : Version.values()) {
      Caller caller = caller(version);
      HttpRequest request = HttpRequest.newBuilder(caller.uri(WebhookPaths.PODS)).method(method, BodyPublishers.noBody()).build();
      HttpResponse<String> answer = caller.send(request);
      assertThat(answer.statusCode()).isEqualTo(code);
      assertThat(answer.body()).doesNotContain("Jetty", "Exception");
    }
  }

  @ParameterizedTest
  @CsvSource({"text/plain", "application/x-www-form-urlencoded", "application/json-patch+json", "multipart/form-data; boundary=a", "/"})
  void anotherType(String type) throws IOException, InterruptedException {
    for (Version version : Version.values()) {
      assertThat(caller(version).post(WebhookPaths.PODS, type, BodyPublishers.ofString(GOOD)).statusCode()).isEqualTo(415);
    }
  }

  @ParameterizedTest
  @CsvSource({"''", "actuator/health", "actuator/prometheus", "mutate", "mutate/pods/", "/mutate/pods", "mutate/nodes", "mutate/pods;a=b", "WEB-INF/web.xml"})
  void anotherPath(String path) throws IOException, InterruptedException {
    for (Version version : Version.values()) {
      assertThat(caller(version).post(path, GOOD).statusCode()).isEqualTo(404);
    }
  }

  @ParameterizedTest
  @EnumSource(Version.class)
  void aBodyThatIsTooLarge(Version version) throws IOException, InterruptedException {
    for (int size : new int[] {ReviewReader.LARGEST + 1, 60 << 20}) {
      for (BodyPublisher body : List.of(BodyPublishers.ofByteArray(new byte[size]), BodyPublishers.ofInputStream(() -> zeros(size)))) {
        assertThat(caller(version).post(WebhookPaths.PODS, "application/json", body).statusCode()).isEqualTo(413);
        assertStillAnswers(version);
      }
    }
  }

  @Test
  void faultsOfOursAreNoVerdict() throws IOException, InterruptedException {
    for (String path : List.of(Replica.FAILING, Replica.ENDLESS)) {
      for (Version version : Version.values()) {
        HttpResponse<String> answer = caller(version).post(path, GOOD);
        assertThat(answer.statusCode()).isEqualTo(500);
        assertThat(answer.body()).contains("log").doesNotContain("s3cret", "Exception", "Error");
        assertStillAnswers(version);
      }
    }
    assertThat(replica.meters().counter("nats.operator.webhook.requests", "webhook", Replica.FAILING, "operation", "CREATE", "result", "failed").count()).isEqualTo(2);
  }

  @Test
  void aBodyThatNeverComes() throws IOException {
    try (SSLSocket socket = socket()) {
      send(socket, "POST /mutate/pods HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{");
      assertThat(firstLine(socket)).contains(" 408 ");
    }
  }

  @Test
  void aBodyThatComesOneByteAfterTheOther() throws IOException {
    try (SSLSocket socket = socket()) {
      send(socket, "POST /mutate/pods HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n");
      Thread.ofVirtual().start(() -> trickle(socket));
      assertThat(firstLine(socket)).contains(" 408 ");
    }
  }

  /** Until it is told to stop. */
  private static void trickle(SSLSocket socket) {
    try {
      while (true) {
        send(socket, " ");
        Thread.sleep(100);
      }
    } catch (IOException | InterruptedException e) {
      // Told to stop.
    }
  }

  @ParameterizedTest
  @CsvSource({"'GET / HTTP/9.9'", "'POST /mutate/pods'", "'\u0001\u0002\u0003'", "'POST /mutate/pods HTTP/1.1\r\nContent-Length: x\r\nHost: a'", "'POST /mutate/pods HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\nHost: a'"})
  void whatIsNoHttp(String request) throws IOException {
    try (SSLSocket socket = socket()) {
      send(socket, request + "\r\n\r\n");
      String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
      assertThat(answer.lines().findFirst().orElse("HTTP/1.1 400 ")).containsPattern(" (400|505) ");
      assertThat(answer).doesNotContain("Jetty", "Exception");
    }
  }

  /** Each piece takes many times its size. */
  @Test
  void aBodyInSingleBytes() throws IOException {
    Http2Frames frames = new Http2Frames("/" + WebhookPaths.PODS);
    for (int i = 0; i < 5_000; i++) {
      frames.piece(new byte[] {' '});
    }
    try (SSLSocket socket = socket()) {
      SSLParameters parameters = socket.getSSLParameters();
      parameters.setApplicationProtocols(new String[] {"h2"});
      socket.setSSLParameters(parameters);
      socket.getOutputStream().write(frames.bytes());
      assertThat(Http2Frames.farewell(socket.getInputStream())).hasValue(ErrorCode.ENHANCE_YOUR_CALM_ERROR.code);
    }
  }

  /** As many as there may be: they go soon, and then others come in. */
  @Test
  void connectionsThatSayNothing() throws Exception {
    List<Socket> silent = new ArrayList<>();
    try {
      for (int i = 0; i < WebhookConnector.MOST_CONNECTIONS; i++) {
        silent.add(new Socket("localhost", replica.port()));
      }
      try (SSLSocket socket = socket()) {
        send(socket, "GET /mutate/pods HTTP/1.1\r\nHost: localhost\r\n\r\n");
        assertThat(firstLine(socket)).contains(" 405 ");
      }
    } finally {
      for (Socket socket : silent) {
        socket.close();
      }
    }
  }

  @Test
  void anOlderTls() throws IOException {
    try (SSLSocket socket = socket()) {
      socket.setEnabledProtocols(new String[] {"TLSv1.2"});
      assertThatThrownBy(socket::startHandshake).isInstanceOf(SSLHandshakeException.class);
    }
  }

  @Test
  void tooManyAtOnceAreSentAwayAndNotQueuedForEver() throws Exception {
    String large = HostileBodies.review("\"uid\": \"7\", \"operation\": \"CREATE\", \"object\": {\"a\": \"" + "x".repeat(WebhookEndpoint.TREES / 4) + "\"}");
    List<CompletableFuture<Integer>> slow = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      slow.add(later(Replica.SLOW, large));
    }
    Replica.SLOW_UNDER_WAY.acquire(slow.size());
    List<CompletableFuture<Integer>> shed = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      shed.add(later(WebhookPaths.PODS + "?timeout=1s", large));
    }
    assertThat(shed).allSatisfy(answer -> assertThat(answer.get()).isEqualTo(503));
    Replica.SLOW_MAY_END.countDown();
    assertThat(slow).allSatisfy(answer -> assertThat(answer.get()).isEqualTo(200));
    assertStillAnswers(Version.HTTP_2);
  }

  private static CompletableFuture<Integer> later(String path, String body) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return http1.post(path, body).statusCode();
          } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
          }
        },
        task -> Thread.ofVirtual().start(task));
  }

  private static Caller caller(Version version) {
    return version == Version.HTTP_2 ? http2 : http1;
  }

  private static void assertStillAnswers(Version version) throws IOException, InterruptedException {
    assertThat(caller(version).post(WebhookPaths.CLUSTERS, GOOD).statusCode()).isEqualTo(200);
  }

  private static SSLSocket socket() throws IOException {
    SSLSocket socket = (SSLSocket) http1.tls().getSocketFactory().createSocket("localhost", replica.port());
    socket.setSoTimeout(15_000);
    return socket;
  }

  private static void send(SSLSocket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    socket.getOutputStream().flush();
  }

  private static String firstLine(SSLSocket socket) throws IOException {
    StringBuilder line = new StringBuilder();
    InputStream in = socket.getInputStream();
    for (int read = in.read(); read >= 0 && read != '\r'; read = in.read()) {
      line.append((char) read);
    }
    return line.toString();
  }

  private static InputStream zeros(int size) {
    return new ByteArrayInputStream(new byte[size]);
  }
}
