package org.natsoperator.callout;

import io.fabric8.kubernetes.api.model.authentication.TokenReview;
import io.fabric8.kubernetes.api.model.authentication.TokenReviewBuilder;
import io.fabric8.kubernetes.api.model.authentication.TokenReviewFluent;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.InOutCreateable;
import java.lang.reflect.Proxy;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.natsoperator.access.Identity;
import org.natsoperator.token.LoginToken;

/** An API server that answers, fails or hangs as a test needs it. */
final class FakeTokenReviews {

  static final String AUDIENCE = "nats://example-nats.nats-io.svc";

  static final Instant START = Instant.parse("2026-11-27T12:00:00Z");

  /** Of the token that the API server confirms. */
  static final LoginToken CLAIMS =
      new LoginToken(
          new Identity("nats-io", "nats-user"),
          "uid-of-account",
          Optional.empty(),
          START,
          START.plusSeconds(600));

  final AtomicInteger requests = new AtomicInteger();
  volatile boolean hangs;
  volatile boolean fails;
  volatile TokenReview answer = confirmation(status -> status);
  private final CountDownLatch blocked = new CountDownLatch(1);

  interface Status
      extends UnaryOperator<
          TokenReviewFluent<TokenReviewBuilder>.StatusNested<TokenReviewBuilder>> {}

  /** A confirmation of the token of nats-io/nats-user, with changes. */
  static TokenReview confirmation(Status edit) {
    return edit.apply(
            new TokenReviewBuilder()
                .withNewStatus()
                .withAuthenticated(true)
                .withAudiences(AUDIENCE)
                .withNewUser()
                .withUsername("system:serviceaccount:nats-io:nats-user")
                .withUid("uid-of-account")
                .endUser())
        .endStatus()
        .build();
  }

  KubernetesClient client() {
    InOutCreateable<TokenReview, TokenReview> reviews =
        proxy(InOutCreateable.class, method -> respond());
    return proxy(KubernetesClient.class, method -> method.equals("raw") ? "ok" : reviews);
  }

  /** Answers the requests that hang. */
  void release() {
    blocked.countDown();
  }

  private TokenReview respond() {
    requests.incrementAndGet();
    if (fails) {
      throw new KubernetesClientException("unreachable");
    }
    if (hangs) {
      try {
        blocked.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    return answer;
  }

  @SuppressWarnings("unchecked")
  private static <T> T proxy(Class<?> type, Function<String, Object> result) {
    return (T)
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (self, method, args) -> result.apply(method.getName()));
  }
}
