package org.natsoperator.role;

import static org.assertj.core.api.Assertions.assertThat;
import static org.natsoperator.role.BindingFixture.ACCOUNT;
import static org.natsoperator.role.BindingFixture.CLUSTER;
import static org.natsoperator.role.BindingFixture.ROLE;
import static org.natsoperator.role.BindingFixture.SECRET;

import io.fabric8.kubernetes.api.model.Secret;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.natsoperator.access.ClientNames;
import org.natsoperator.leader.Leadership;
import org.natsoperator.token.PreviousToken;

/** The steps of a rotation, which may be late. */
class TokenRotatorTest {

  private static final Instant START = Instant.parse("2026-11-25T09:00:00Z");
  private static final Secret RENEWED = PreviousToken.keep(SECRET, SECRET, START);
  private static final String REVOCATION = "revocation";

  private final List<String> actions = new ArrayList<>();
  private Instant now = START;
  private final Clock clock = ((InstantSource) () -> now).withZone(ZoneOffset.UTC);
  private final TokenRotator rotator = new TokenRotator(issuer(), notifier(), clock);

  @Test
  void annotatesPodsTwiceBeforeRevocation() {
    now = START.plusMillis(10);
    assertThat(step()).contains(Duration.ofSeconds(1));
    now = now.plusSeconds(1);
    assertThat(step()).contains(Duration.ofSeconds(1));
    now = now.plusSeconds(1);
    step();

    assertThat(actions).containsExactly(START + "/1", START + "/2", REVOCATION);
  }

  /** Otherwise clients would lose their connections until kubelets sync after a minute. */
  @Test
  void annotatesPodsTwiceIfStepsAreLate() {
    now = START.plusSeconds(5);
    assertThat(step()).contains(Duration.ofSeconds(1));
    now = now.plusSeconds(5);
    assertThat(step()).contains(Duration.ofSeconds(1));
    now = now.plusSeconds(1);
    step();

    assertThat(actions).containsExactly(START + "/1", START + "/2", REVOCATION);
  }

  @Test
  void earlyStepWaitsForTheRest() {
    step();
    now = START.plusMillis(300);

    assertThat(step()).contains(Duration.ofMillis(700));
    assertThat(actions).containsOnly(START + "/1");
  }

  @Test
  void nextRotationBeginsAgain() {
    now = START.plusSeconds(5);
    step();
    Instant next = START.plusSeconds(60);
    now = next.plusSeconds(5);

    step(PreviousToken.keep(SECRET, SECRET, next));

    assertThat(actions).containsExactly(START + "/1", next + "/1");
  }

  private Optional<Duration> step() {
    return step(RENEWED);
  }

  private Optional<Duration> step(Secret secret) {
    ObservedRole observed = BindingFixture.observed(ROLE, CLUSTER, ACCOUNT, secret);
    return rotator.step(observed, Binding.of(observed, BindingFixture.proof()));
  }

  private TokenIssuer issuer() {
    return new TokenIssuer(null, null, null, null, null, null) {
      @Override
      boolean dropPrevious(ObservedRole observed) {
        return actions.add(REVOCATION);
      }
    };
  }

  private ClientPodNotifier notifier() {
    return new ClientPodNotifier(null, new Leadership()) {
      @Override
      synchronized void triggerKubeletSync(ClientNames names, String call) {
        actions.add(call);
      }
    };
  }
}
