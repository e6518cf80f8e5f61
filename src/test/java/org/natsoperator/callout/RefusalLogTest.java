package org.natsoperator.callout;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.spi.ILoggingEvent;
import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.callout.protocol.CalloutMessage.Request;
import org.natsoperator.callout.protocol.Decision.Reason;
import org.natsoperator.testing.Clusters;
import org.natsoperator.testing.LogLines;
import org.natsoperator.token.LoginTokens;

class RefusalLogTest {

  private static final String TOKEN = LoginTokens.KEY.sign(LoginTokens.claims().build());
  private static final NatsCluster CLUSTER = Clusters.named("one", "{}");
  private static final NatsCluster OTHER = Clusters.named("two", "{}");

  private final LogLines lines = LogLines.record();
  private Instant now = LoginTokens.START;
  private final Clock clock = ((InstantSource) () -> now).withZone(ZoneOffset.UTC);
  private final RefusalLog log = new RefusalLog(clock);

  @AfterEach
  void stop() {
    lines.close();
    for (String part : TOKEN.split("\\.")) {
      assertThat(lines()).noneMatch(line -> line.contains(part));
    }
  }

  @Test
  void logsIdentityAndReason() {
    log.refused(CLUSTER, request(TOKEN), Reason.POD_DELETED, true);

    assertThat(lines())
        .containsExactly(
            "Refused a login object=NatsCluster/nats-io/one identity=nats-io/nats-user"
                + " reason=POD_DELETED address=10.0.0.7 server=one-1 connection=5");
  }

  @Test
  void marksIdentityThatAnyoneMayHaveWritten() {
    log.refused(CLUSTER, request(TOKEN), Reason.EXPIRED, false);

    assertThat(lines())
        .containsExactly(
            "Refused a login object=NatsCluster/nats-io/one claimedIdentity=nats-io/nats-user"
                + " reason=EXPIRED address=10.0.0.7 server=one-1 connection=5");
  }

  @Test
  void logsNothingOfTextThatIsNotAToken() {
    log.refused(CLUSTER, request("password"), Reason.NOT_A_TOKEN, false);

    assertThat(lines())
        .containsExactly(
            "Refused a login object=NatsCluster/nats-io/one reason=NOT_A_TOKEN"
                + " address=10.0.0.7 server=one-1 connection=5");
  }

  @Test
  void claimsCannotForgeLines() {
    String namespace = "a\r\n\u2028b reason=\"c\" é\u202e";
    String account = "x".repeat(1_000);
    String token =
        LoginTokens.KEY.sign(
            LoginTokens.claims()
                .subject("system:serviceaccount:%s:%s".formatted(namespace, account))
                .claim(
                    "kubernetes.io",
                    Map.of(
                        "namespace",
                        namespace,
                        "serviceaccount",
                        Map.of("name", account, "uid", "uid")))
                .build());

    log.refused(CLUSTER, request(token, "10.0.0.7\n::1%eth0"), Reason.BAD_SIGNATURE, false);

    ILoggingEvent line = lines.all().getFirst();
    assertThat(LogLines.value(line, "claimedIdentity"))
        .startsWith("a???b?reason??c????/xxx")
        .hasSize(317);
    assertThat(LogLines.value(line, "address")).isEqualTo("10.0.0.7?::1%eth0");
  }

  @Test
  void oneClusterDoesNotSuppressLinesOfAnother() {
    refuse(CLUSTER, 100);
    refuse(OTHER, 1);
    assertThat(lines.with("object", "NatsCluster/nats-io/one")).hasSize(10);
    assertThat(lines.with("object", "NatsCluster/nats-io/two")).hasSize(1);

    now = now.plusSeconds(1);
    refuse(CLUSTER, 100);
    assertThat(lines.with("object", "NatsCluster/nats-io/one")).hasSize(20);
  }

  @Test
  void forgedTokensDoNotSuppressLinesOfGenuineOnes() {
    refuse(CLUSTER, 100);
    log.refused(CLUSTER, request(TOKEN), Reason.POD_DELETED, true);

    assertThat(lines()).hasSize(11).last().asString().contains(" identity=");
  }

  @Test
  void logsOnceHowManyRefusalsHaveNoLine() {
    refuse(CLUSTER, 12);
    refuse(OTHER, 10);
    int before = lines().size();

    log.summarize(List.of(CLUSTER, OTHER));
    log.summarize(List.of(CLUSTER, OTHER));

    assertThat(lines().stream().skip(before))
        .containsExactly("Omitted lines of refused logins object=NatsCluster/nats-io/one count=2");
  }

  @Test
  void forgetsDeletedClusterAfterItsSummary() {
    refuse(CLUSTER, 11);
    refuse(OTHER, 11);

    log.summarize(List.of(OTHER));
    refuse(CLUSTER, 1);
    refuse(OTHER, 1);

    assertThat(lines.with("object", "NatsCluster/nats-io/one"))
        .as("ten lines, the summary, and the line of a new cluster of the same name")
        .hasSize(12);
    assertThat(lines.with("object", "NatsCluster/nats-io/two")).as("and a summary").hasSize(11);
  }

  @Test
  void summaryIsNotLostWhenTheOperatorStops() {
    refuse(CLUSTER, 11);

    log.stop();

    assertThat(lines()).last().asString().endsWith("count=1");
  }

  private void refuse(NatsCluster cluster, int times) {
    for (int i = 0; i < times; i++) {
      log.refused(cluster, request(TOKEN), Reason.EXPIRED, false);
    }
  }

  private List<String> lines() {
    return lines.all().stream()
        .filter(event -> event.getLoggerName().equals(RefusalLog.class.getName()))
        .map(RefusalLogTest::text)
        .toList();
  }

  private static String text(ILoggingEvent event) {
    return event.getKeyValuePairs().stream()
        .map(pair -> " " + pair.key + "=" + pair.value)
        .collect(Collectors.joining("", event.getFormattedMessage(), ""));
  }

  private static Request request(String token) {
    return request(token, "10.0.0.7");
  }

  private static Request request(String token, String host) {
    return new Request("server", "one-1", "xkey", "nkey", host, 5, token);
  }
}
