package org.natsoperator.callout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;
import static org.natsoperator.token.LoginTokens.KEY;
import static org.natsoperator.token.LoginTokens.NEWER;
import static org.natsoperator.token.LoginTokens.START;
import static org.natsoperator.token.LoginTokens.claims;
import static org.natsoperator.token.LoginTokens.expiring;
import static org.natsoperator.token.LoginTokens.kubernetes;

import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.authentication.TokenReview;
import io.fabric8.kubernetes.api.model.authentication.TokenReviewBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.InOutCreateable;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.lang.reflect.Proxy;
import java.net.HttpURLConnection;
import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.Date;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.callout.protocol.CalloutMessage.Request;
import org.natsoperator.callout.protocol.Decision;
import org.natsoperator.callout.protocol.Decision.Granted;
import org.natsoperator.callout.protocol.Decision.Reason;
import org.natsoperator.callout.protocol.Decision.Refused;
import org.natsoperator.callout.protocol.Decision.Silence;
import org.natsoperator.lookup.ClientPodReader;
import org.natsoperator.lookup.SharedInformers;
import org.natsoperator.testing.Clusters;
import org.natsoperator.testing.LogLines;
import org.natsoperator.testing.Roles;
import org.natsoperator.testing.SigningKey;
import org.natsoperator.testing.Tokens;
import org.natsoperator.token.ApiServerKeys;
import org.natsoperator.token.LoginTokenVerifier;
import org.natsoperator.token.TokenProver;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;

/** Logins with tokens of a pod, while the API server publishes its keys or forbids to read them. */
class LoginObserverTest {

  private static final NatsCluster CLUSTER = Clusters.walkthrough("2.15.3");
  private static final String TOKEN = KEY.sign(claims().build());
  private static final String WITHOUT_POD =
      KEY.sign(claims().claim("kubernetes.io", kubernetes(Map.of())).build());
  private static final String FORGED = NEWER.sign(KEY.key().getKeyID(), claims().build());

  private final LogLines lines = LogLines.record();
  private final AtomicInteger reviews = new AtomicInteger();
  private boolean keysForbidden;
  private boolean confirms = true;
  private Instant now = START;
  private AnnotationConfigApplicationContext context;
  private LoginObserver observer;

  @BeforeEach
  void start() {
    ServiceAccount account = Roles.account("nats-user");
    account.getMetadata().setUid("uid-of-account");
    SharedInformers informers = EmptyInformers.create();
    informers.clusters().written(CLUSTER);
    informers.roles().written(Roles.user());
    informers.serviceAccounts().written(account);
    informers.clientPods().written(LoginFixture.pod("uid-of-pod").build());
    context = new AnnotationConfigApplicationContext();
    context.registerBean(KubernetesClient.class, this::client);
    context.registerBean(Clock.class, () -> ((InstantSource) () -> now).withZone(ZoneOffset.UTC));
    context.registerBean(MeterRegistry.class, SimpleMeterRegistry::new);
    context.registerBean(SharedInformers.class, () -> informers);
    context.registerBean(LoginTokenVerifier.class);
    context.registerBean(ApiServerKeys.class);
    context.registerBean(TokenReviewClient.class);
    context.registerBean(TokenReviewer.class);
    context.registerBean(RefusalLog.class);
    context.refresh();
    Clock clock = context.getBean(Clock.class);
    // The pod is cached, and no token is that of a Secret.
    ClientPodReader noPods = null;
    TokenProver noSecrets = null;
    observer =
        new LoginObserver(
            context.getBean(LoginTokenVerifier.class),
            noSecrets,
            context.getBean(TokenReviewer.class),
            informers,
            noPods,
            new RecentDeletions(informers, new FakeReader(), clock),
            context.getBean(RefusalLog.class),
            clock);
  }

  @AfterEach
  void stop() {
    context.close();
    lines.close();
  }

  @Test
  void acceptsTokenOfThePod() {
    assertThat(decide(TOKEN)).isInstanceOf(Granted.class);
    assertThat(refusal("identity")).isEmpty();
  }

  @Test
  void staysSilentWhileTheClusterHidesWhoMayLogIn() {
    NatsCluster hidden = Clusters.cluster("{auth: {projected: {bindToPodAddress: 1}}}");

    assertThat(observer.decide(hidden, request(TOKEN)))
        .isEqualTo(new Silence(Reason.ACCESS_UNKNOWN));
  }

  /** Clients with genuine tokens of another time or cluster are more frequent than forgers. */
  @ParameterizedTest(name = "{0}")
  @MethodSource
  void logsIdentityThatAnyoneMayHaveWritten(Reason reason, String token) {
    assertThat(decide(token)).isEqualTo(new Refused(reason));

    assertThat(refusal("reason")).isEqualTo(reason.name());
    assertThat(refusal("claimedIdentity")).isEqualTo("nats-io/nats-user");
    assertThat(refusal("identity")).isEmpty();
    assertThat(reviews).hasValue(0);
  }

  static Stream<Arguments> logsIdentityThatAnyoneMayHaveWritten() {
    Date later = Date.from(START.plusSeconds(90));
    Map<String, Object> ofSecret = kubernetes(Map.of("secret", Map.of("name", "a", "uid", "b")));
    return Stream.of(
        arguments(Reason.EXPIRED, KEY.sign(expiring(START))),
        arguments(Reason.NOT_YET_VALID, KEY.sign(claims().notBeforeTime(later).build())),
        arguments(Reason.WRONG_AUDIENCE, KEY.sign(claims().audience("other").build())),
        arguments(
            Reason.NOT_IN_SECRET, KEY.sign(claims().claim("kubernetes.io", ofSecret).build())),
        arguments(Reason.UNKNOWN_KEY, NEWER.sign(claims().build())),
        arguments(Reason.BAD_SIGNATURE, FORGED));
  }

  @Test
  void logsRefusalOfAuthenticatedIdentity() {
    assertThat(decide(WITHOUT_POD)).isEqualTo(new Refused(Reason.NO_POD));

    assertThat(refusal("reason")).isEqualTo("NO_POD");
    assertThat(refusal("identity")).isEqualTo("nats-io/nats-user");
  }

  @Test
  void tokenReviewConfirmsTokenIfKeysAreForbidden() {
    keysForbidden = true;

    assertThat(decide(TOKEN)).isInstanceOf(Granted.class);
    assertThat(reviews).hasValue(1);
  }

  @Test
  void tokenReviewRejectsTokenIfKeysAreForbidden() {
    keysForbidden = true;
    confirms = false;

    assertThat(decide(FORGED)).isEqualTo(new Silence(Reason.TOKEN_REJECTED));
    now = START.plusSeconds(5);
    assertThat(decide(FORGED)).isEqualTo(new Refused(Reason.TOKEN_REJECTED));

    assertThat(reviews).hasValue(2);
    assertThat(refusal("reason")).isEqualTo("TOKEN_REJECTED");
    assertThat(refusal("claimedIdentity")).isEqualTo("nats-io/nats-user");
    assertThat(refusal("identity")).isEmpty();
  }

  @Test
  void confirmedIdentityIsAuthenticatedIfKeysAreForbidden() {
    keysForbidden = true;
    assertThat(decide(WITHOUT_POD)).isEqualTo(new Refused(Reason.NO_POD));

    assertThat(reviews).hasValue(1);
    assertThat(refusal("identity")).isEqualTo("nats-io/nats-user");
  }

  private Decision decide(String token) {
    return observer.decide(CLUSTER, request(token));
  }

  private static Request request(String token) {
    return new Request("server", "example-nats-1", "xkey", "nkey", "10.0.0.7", 5, token);
  }

  /** The value of a key of the only line; empty if there is none. */
  private String refusal(String key) {
    return lines.with("object", "NatsCluster/nats-io/example-nats").stream()
        .map(line -> LogLines.value(line, key))
        .collect(Collectors.joining(" "));
  }

  private KubernetesClient client() {
    InOutCreateable<TokenReview, TokenReview> tokenReviews =
        proxy(InOutCreateable.class, method -> review());
    return proxy(
        KubernetesClient.class,
        method ->
            method.equals("raw") ? keys() : method.equals("tokenReviews") ? tokenReviews : null);
  }

  private String keys() {
    if (keysForbidden) {
      throw new KubernetesClientException("forbidden", HttpURLConnection.HTTP_FORBIDDEN, null);
    }
    return SigningKey.published(KEY);
  }

  private TokenReview review() {
    reviews.incrementAndGet();
    return new TokenReviewBuilder()
        .withNewStatus()
        .withAuthenticated(confirms)
        .withAudiences(Tokens.AUDIENCE)
        .withNewUser()
        .withUsername("system:serviceaccount:nats-io:nats-user")
        .withUid("uid-of-account")
        .endUser()
        .endStatus()
        .build();
  }

  @SuppressWarnings("unchecked")
  private static <T> T proxy(Class<?> type, Function<String, Object> answer) {
    return (T)
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (self, method, args) -> answer.apply(method.getName()));
  }
}
