package org.natsoperator.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.natsoperator.token.LoginTokens.KEY;
import static org.natsoperator.token.LoginTokens.NEWER;
import static org.natsoperator.token.LoginTokens.RSA;
import static org.natsoperator.token.LoginTokens.START;
import static org.natsoperator.token.LoginTokens.claims;
import static org.natsoperator.token.LoginTokens.expiring;

import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.Date;
import org.junit.jupiter.api.Test;
import org.natsoperator.testing.Tokens;
import org.natsoperator.token.LoginTokenCheck.Defect;
import org.natsoperator.token.LoginTokenCheck.Invalid;
import org.natsoperator.token.LoginTokenCheck.Undecided;
import org.natsoperator.token.LoginTokenCheck.UndecidedKey;
import org.natsoperator.token.LoginTokenCheck.Unverified;
import org.natsoperator.token.LoginTokenCheck.Valid;

/** Logins with tokens whose keys are new, unknown or not readable. */
class LoginTokenKeysTest {

  private final PublishedKeys published = new PublishedKeys(KEY, RSA);
  private Instant now = START;
  private final Clock clock = ((InstantSource) () -> now).withZone(ZoneOffset.UTC);
  private final LoginTokenVerifier verifier =
      new LoginTokenVerifier(new ApiServerKeys(published.client(), clock));

  @Test
  void leavesSignatureToTheApiServerIfItForbidsToReadKeys() {
    fail(new KubernetesClientException("forbidden", 403, null));

    assertThat(check(KEY.sign(claims().build()))).isInstanceOf(Unverified.class);
    assertThat(check("password")).isEqualTo(new Invalid(Defect.NOT_A_TOKEN));
  }

  /** The operator can have lost the permission after it read the keys. */
  @Test
  void leavesNewKeyToTheApiServerIfItNoLongerAllowsToReadKeys() {
    check(KEY.sign(claims().build()));
    fail(new KubernetesClientException("forbidden", 403, null));
    now = START.plusSeconds(11);

    assertThat(check(NEWER.sign(claims().issueTime(Date.from(now)).build())))
        .isInstanceOf(Unverified.class);
    assertThat(check(NEWER.sign(claims().build()))).isEqualTo(new Invalid(Defect.UNKNOWN_KEY));
    assertThat(check(KEY.sign(claims().build()))).isInstanceOf(Valid.class);
  }

  @Test
  void garbageCausesNoRequest() {
    check("garbage");
    check(KEY.sign(expiring(START)));
    check(KEY.sign(claims().audience("other").build()));

    assertThat(published.requests).isEmpty();
  }

  @Test
  void unknownKeysCauseOneRequestInTenSeconds() {
    for (int second = 0; second < 20; second++) {
      check(NEWER.sign(claims().build()));
      now = now.plusSeconds(1);
    }

    assertThat(published.requests).hasSize(2);
  }

  /** A refusal would close most clients forever. */
  @Test
  void tokenOfNewKeyIsUndecidedUntilKeysAreRead() {
    check(KEY.sign(claims().build()));
    published.publish(KEY, NEWER);
    now = START.plusSeconds(5);
    String token = NEWER.sign(claims().issueTime(Date.from(now)).build());

    assertThat(check(token)).isEqualTo(new UndecidedKey());

    now = START.plusSeconds(11);
    assertThat(check(token)).isInstanceOf(Valid.class);
  }

  @Test
  void everyTokenIsUndecidedWithoutKeys() {
    fail(new KubernetesClientException("unreachable"));

    assertThat(check(KEY.sign(claims().build()))).isEqualTo(new Undecided());
    assertThat(check(KEY.sign(claims().build()))).isEqualTo(new Undecided());
    assertThat(published.requests).as("requests in a second").hasSize(1);
  }

  @Test
  void keysStayInUseWhileApiServerIsUnreachable() {
    check(KEY.sign(claims().build()));
    fail(new KubernetesClientException("unreachable"));
    now = START.plus(Duration.ofMinutes(11));

    assertThat(check(KEY.sign(expiring(now.plusSeconds(60))))).isInstanceOf(Valid.class);
  }

  private LoginTokenCheck check(String token) {
    return verifier.check(token, Tokens.AUDIENCE, false, now);
  }

  private void fail(KubernetesClientException failure) {
    published.onRequest =
        () -> {
          throw failure;
        };
  }
}
