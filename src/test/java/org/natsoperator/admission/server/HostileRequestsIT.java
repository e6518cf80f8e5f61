package org.natsoperator.admission.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpClient.Version;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.natsoperator.admission.review.WebhookPaths;
import org.natsoperator.testing.ApiServer;
import org.natsoperator.testing.Sandbox;

/**
 * Unusual and malformed requests. Each gets its status code, and the replica answers the next
 * request.
 */
@ExtendWith(ApiServer.class)
class HostileRequestsIT {

  @AutoClose private static CalledReplica replica;

  @BeforeAll
  static void start(Sandbox sandbox) {
    replica = CalledReplica.start(sandbox);
  }

  /** The caller offers HTTP/2, too. */
  @Test
  void answersByHttp11AndTls13() throws IOException, InterruptedException {
    HttpResponse<String> response =
        replica.caller().post(WebhookPaths.PODS + "?timeout=5s", Replica.REVIEW);
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.version()).isEqualTo(Version.HTTP_1_1);
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
    double before = replica.counted(path, operation, result);
    HttpResponse<String> response =
        replica.caller().post(path, readable ? Replica.REVIEW : "s3cret");
    assertThat(response.statusCode()).isEqualTo(readable ? 200 : 400);
    replica.awaitCounted(path, operation, result, before + 1);
  }

  /**
   * The request is as large as an update of two full objects. Repetition could look like an attack.
   */
  @Test
  void answersLargeRequests() throws IOException, InterruptedException {
    String large =
        HostileBodies.review(
            "\"uid\": \"7\", \"operation\": \"CREATE\", \"object\": {\"a\": \""
                + "x".repeat(3 << 20)
                + "\"}");
    for (int i = 0; i < 20; i++) {
      assertThat(replica.caller().post(WebhookPaths.PODS, large).statusCode()).isEqualTo(200);
    }
  }

  @ParameterizedTest(name = "{0}: status 400")
  @CsvSource(delimiter = '|', textBlock = HostileBodies.TABLE)
  void answersMalformedBodyWith400(String description, String body)
      throws IOException, InterruptedException {
    HttpResponse<String> response =
        replica.caller().post(WebhookPaths.PODS, HostileBodies.of(body));
    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(response.body()).isNotEmpty().doesNotContain("s3cret", "Exception", "\tat ");
    replica.assertStillAnswers();
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
    Caller caller = replica.caller();
    HttpRequest request =
        HttpRequest.newBuilder(caller.uri(WebhookPaths.PODS))
            .method(method, BodyPublishers.noBody())
            .build();
    HttpResponse<String> response = caller.send(request);
    assertThat(response.statusCode()).isEqualTo(code);
    assertThat(response.body()).doesNotContain("Jetty", "Exception");
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
    assertThat(
            replica
                .caller()
                .post(WebhookPaths.PODS, type, BodyPublishers.ofString(Replica.REVIEW))
                .statusCode())
        .isEqualTo(415);
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
    assertThat(replica.caller().post(path, Replica.REVIEW).statusCode()).isEqualTo(404);
  }

  @Test
  void answersFailureOfHandlerWith500() throws IOException, InterruptedException {
    for (String path : List.of(Replica.FAILING, Replica.ENDLESS)) {
      HttpResponse<String> response = replica.caller().post(path, Replica.REVIEW);
      assertThat(response.statusCode()).isEqualTo(500);
      assertThat(response.body()).contains("log").doesNotContain("s3cret", "Exception", "Error");
      replica.assertStillAnswers();
    }
    replica.awaitCounted(Replica.FAILING, "CREATE", "failed", 1);
  }
}
