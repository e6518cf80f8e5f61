package org.natsoperator.admission.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpClient.Version;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.natsoperator.admission.review.AdmissionReviewReader;
import org.natsoperator.admission.review.WebhookPaths;
import org.natsoperator.testing.ApiServer;
import org.natsoperator.testing.Sandbox;

/**
 * Unusual and malformed requests over HTTP/1.1 and HTTP/2. Each gets its status code, and the
 * replica answers the next request.
 */
@ExtendWith(ApiServer.class)
class HostileRequestsIT {

  private static Replica replica;
  private static Caller http1;
  private static Caller http2;

  @BeforeAll
  static void start(Sandbox sandbox) {
    replica = Replica.startAndAwaitAnswers(sandbox);
    http1 = new Caller(sandbox.client(), sandbox.namespace(), replica.port(), Version.HTTP_1_1);
    http2 = new Caller(sandbox.client(), sandbox.namespace(), replica.port(), Version.HTTP_2);
  }

  @AfterAll
  static void stop() {
    replica.close();
  }

  @ParameterizedTest
  @EnumSource(Version.class)
  void answersInHttpVersionOfRequest(Version version) throws IOException, InterruptedException {
    HttpResponse<String> response =
        caller(version).post(WebhookPaths.PODS + "?timeout=5s", Replica.REVIEW);
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.version()).isEqualTo(version);
    assertThat(response.headers().firstValue("content-type")).contains("application/json");
    assertThat(response.body()).contains("\"uid\":\"7\"", "\"patchType\":\"JSONPatch\"");
    assertThat(response.headers().map()).doesNotContainKeys("server", "x-powered-by", "set-cookie");
    assertThat(response.sslSession().orElseThrow().getProtocol()).isEqualTo("TLSv1.3");
  }

  @ParameterizedTest(name = "{0} with result {2}")
  @CsvSource({
    WebhookPaths.PODS + ", CREATE, patched, true",
    WebhookPaths.CLUSTERS + ", CREATE, allowed, true",
    WebhookPaths.ROLES + ", CREATE, refused, true",
    WebhookPaths.ROLES + ", '', rejected, false"
  })
  void countsRequestsByResult(String path, String operation, String result, boolean readable)
      throws IOException, InterruptedException {
    double before = counted(path, operation, result);
    HttpResponse<String> response =
        caller(Version.HTTP_2).post(path, readable ? Replica.REVIEW : "s3cret");
    assertThat(response.statusCode()).isEqualTo(readable ? 200 : 400);
    awaitCounted(path, operation, result, before + 1);
  }

  /**
   * The request is as large as an update of two full objects. Repetition could look like an attack.
   */
  @ParameterizedTest
  @EnumSource(Version.class)
  void answersLargeRequests(Version version) throws IOException, InterruptedException {
    String large =
        HostileBodies.review(
            "\"uid\": \"7\", \"operation\": \"CREATE\", \"object\": {\"a\": \""
                + "x".repeat(3 << 20)
                + "\"}");
    for (int i = 0; i < 20; i++) {
      assertThat(caller(version).post(WebhookPaths.PODS, large).statusCode()).isEqualTo(200);
    }
  }

  @ParameterizedTest(name = "{0}: status 400")
  @CsvSource(delimiter = '|', textBlock = HostileBodies.TABLE)
  void answersMalformedBodyWith400(String description, String body)
      throws IOException, InterruptedException {
    for (Version version : Version.values()) {
      HttpResponse<String> response =
          caller(version).post(WebhookPaths.PODS, HostileBodies.of(body));
      assertThat(response.statusCode()).isEqualTo(400);
      assertThat(response.body()).isNotEmpty().doesNotContain("s3cret", "Exception", "\tat ");
      assertStillAnswers(version);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "GET, 405",
    "PUT, 405",
    "DELETE, 405",
    "HEAD, 405",
    "OPTIONS, 405",
    "PATCH, 405",
    "TRACE, 405",
    "NEW, 405"
  })
  void answersOtherMethodsWith405(String method, int code)
      throws IOException, InterruptedException {
    for (Version version : Version.values()) {
      Caller caller = caller(version);
      HttpRequest request =
          HttpRequest.newBuilder(caller.uri(WebhookPaths.PODS))
              .method(method, BodyPublishers.noBody())
              .build();
      HttpResponse<String> response = caller.send(request);
      assertThat(response.statusCode()).isEqualTo(code);
      assertThat(response.body()).doesNotContain("Jetty", "Exception");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "text/plain",
    "application/x-www-form-urlencoded",
    "application/json-patch+json",
    "multipart/form-data; boundary=a",
    "/"
  })
  void answersOtherMediaTypesWith415(String type) throws IOException, InterruptedException {
    for (Version version : Version.values()) {
      assertThat(
              caller(version)
                  .post(WebhookPaths.PODS, type, BodyPublishers.ofString(Replica.REVIEW))
                  .statusCode())
          .isEqualTo(415);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "''",
    "actuator/health",
    "actuator/prometheus",
    "mutate",
    "mutate/pods/",
    "/mutate/pods",
    "mutate/nodes",
    "mutate/pods;a=b",
    "WEB-INF/web.xml"
  })
  void answersUnknownPathsWith404(String path) throws IOException, InterruptedException {
    for (Version version : Version.values()) {
      assertThat(caller(version).post(path, Replica.REVIEW).statusCode()).isEqualTo(404);
    }
  }

  @ParameterizedTest
  @EnumSource(Version.class)
  void answersTooLargeBodyWith413(Version version) throws IOException, InterruptedException {
    for (int size : new int[] {AdmissionReviewReader.LARGEST + 1, 60 << 20}) {
      for (BodyPublisher body :
          List.of(
              BodyPublishers.ofByteArray(new byte[size]),
              BodyPublishers.ofInputStream(() -> zeros(size)))) {
        assertThat(caller(version).post(WebhookPaths.PODS, "application/json", body).statusCode())
            .isEqualTo(413);
        assertStillAnswers(version);
      }
    }
  }

  @Test
  void answersFailureOfHandlerWith500() throws IOException, InterruptedException {
    for (String path : List.of(Replica.FAILING, Replica.ENDLESS)) {
      for (Version version : Version.values()) {
        HttpResponse<String> response = caller(version).post(path, Replica.REVIEW);
        assertThat(response.statusCode()).isEqualTo(500);
        assertThat(response.body()).contains("log").doesNotContain("s3cret", "Exception", "Error");
        assertStillAnswers(version);
      }
    }
    awaitCounted(Replica.FAILING, "CREATE", "failed", 2);
  }

  @Test
  void answersRequestsBeyondMemoryBudgetWith503() throws Exception {
    String large =
        HostileBodies.review(
            "\"uid\": \"7\", \"operation\": \"CREATE\", \"object\": {\"a\": \""
                + "x".repeat(WebhookEndpoint.TREES / 4)
                + "\"}");
    List<CompletableFuture<Integer>> slow = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      slow.add(http1.postLater(Replica.SLOW, large));
    }
    Replica.SLOW_UNDER_WAY.acquire(slow.size());
    double before = counted(WebhookPaths.PODS, "", "shed");
    List<CompletableFuture<Integer>> shed = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      shed.add(http1.postLater(WebhookPaths.PODS + "?timeout=1s", large));
    }
    assertThat(shed).allSatisfy(response -> assertThat(response.get()).isEqualTo(503));
    awaitCounted(WebhookPaths.PODS, "", "shed", before + shed.size());
    Replica.SLOW_MAY_END.countDown();
    assertThat(slow).allSatisfy(response -> assertThat(response.get()).isEqualTo(200));
    assertStillAnswers(Version.HTTP_2);
  }

  private static double counted(String path, String operation, String result) {
    return replica
        .meters()
        .counter(
            "nats.operator.webhook.requests",
            "webhook",
            path,
            "operation",
            operation,
            "result",
            result)
        .count();
  }

  /** The metric changes when the response is on its way. */
  private static void awaitCounted(String path, String operation, String result, double times) {
    await().untilAsserted(() -> assertThat(counted(path, operation, result)).isEqualTo(times));
  }

  private static Caller caller(Version version) {
    return version == Version.HTTP_2 ? http2 : http1;
  }

  private static void assertStillAnswers(Version version) throws IOException, InterruptedException {
    assertThat(caller(version).post(WebhookPaths.CLUSTERS, Replica.REVIEW).statusCode())
        .isEqualTo(200);
  }

  private static InputStream zeros(int size) {
    return new ByteArrayInputStream(new byte[size]);
  }
}
