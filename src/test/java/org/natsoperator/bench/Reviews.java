package org.natsoperator.bench;

import io.fabric8.kubernetes.api.model.Pod;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;

/**
 * Measures how many client pods per second the webhook injects. The webhook and its callers share
 * all processors of the machine.
 */
final class Reviews {

  private static final Pattern BUCKET =
      Pattern.compile(
          "nats_operator_webhook_duration_seconds_bucket\\{webhook=\"mutate/pods\",le=\"([^\"]+)\"}"
              + " (\\S+)");
  private static final int TOO_LARGE = 60 << 20;

  private final Pod operator;
  private final String host;
  private final SSLContext tls = AnyCertificate.context();

  private Reviews(Pod operator) {
    this.operator = operator;
    this.host = operator.getStatus().getPodIP();
  }

  /** The rows, one for each pod size. */
  static List<String> measure(InstalledOperator operator) throws Exception {
    operator.unlimitProcessors();
    Reviews reviews = new Reviews(operator.pods().getFirst());
    List<String> rows = new ArrayList<>();
    rows.add(reviews.row("21 KB", 21_000, 8, true));
    rows.add(reviews.row("5 KB", 5_000, 8, false));
    rows.add(reviews.row("0.65 KB", 650, 8, false));
    rows.add(reviews.row("231 KB", 231_000, 4, false));
    reviews.sendTooMuch();
    return rows;
  }

  private String row(String size, int bytes, int clients, boolean withLatency) throws Exception {
    byte[] body = ReviewBody.ofSize(bytes);
    String row =
        "| reviews of a %s pod, %d clients, TLS | %s |"
            .formatted(size, clients, figures(clients, body, withLatency));
    System.out.println(row);
    return row;
  }

  private String figures(int clients, byte[] body, boolean withLatency) throws Exception {
    AtomicReference<String> before = new AtomicReference<>();
    long perSecond =
        ReviewLoad.perSecond(
            clients, () -> ReviewClient.http1(tls, host, body), () -> before.set(metrics()));
    String after = metrics();
    List<long[]> quick = buckets(before.get(), after);
    double cpu = Effort.of(after).cpuMillisSince(Effort.of(before.get()), quick.getLast()[1]);
    String latency =
        withLatency ? ", in the server 99 %% within %s".formatted(slowest99(quick)) : "";
    return "%,d/s, each %.2f ms of the operator's CPU%s".formatted(perSecond, cpu, latency);
  }

  /**
   * The webhook must reject this body and release its memory: the next row measures the operator's
   * memory.
   */
  private void sendTooMuch() throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(
                URI.create("https://" + host + ":" + ReviewClient.PORT + ReviewClient.PATH))
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofByteArray(new byte[TOO_LARGE]))
            .build();
    try (HttpClient client =
        HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).sslContext(tls).build()) {
      int status = client.send(request, BodyHandlers.discarding()).statusCode();
      if (status != 413) {
        throw new IllegalStateException("unexpected status for 60 MB: " + status);
      }
    }
  }

  private String metrics() throws InterruptedException {
    return InstalledOperator.actuator(operator, "prometheus").orElseThrow();
  }

  /**
   * The upper bounds of the histogram in microseconds, with the number of reviews between the two
   * scrapes. The last bucket counts all.
   */
  private static List<long[]> buckets(String before, String after) {
    List<long[]> buckets = buckets(after);
    List<long[]> old = buckets(before);
    for (int i = 0; i < buckets.size(); i++) {
      buckets.get(i)[1] -= old.get(i)[1];
    }
    return buckets;
  }

  private static List<long[]> buckets(String metrics) {
    List<long[]> buckets = new ArrayList<>();
    Matcher matcher = BUCKET.matcher(metrics);
    while (matcher.find()) {
      double seconds =
          matcher.group(1).equals("+Inf") ? Long.MAX_VALUE : Double.parseDouble(matcher.group(1));
      buckets.add(new long[] {(long) (seconds * 1e6), (long) Double.parseDouble(matcher.group(2))});
    }
    return buckets;
  }

  private static String slowest99(List<long[]> buckets) {
    long all = buckets.getLast()[1];
    return buckets.stream()
        .filter(bucket -> bucket[1] >= all * 0.99)
        .map(bucket -> bucket[0] / 1000.0 + " ms")
        .findFirst()
        .orElseThrow();
  }
}
