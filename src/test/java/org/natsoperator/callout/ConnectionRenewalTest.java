package org.natsoperator.callout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.natsoperator.callout.LoginFixture.NOW;
import static org.natsoperator.callout.LoginFixture.login;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.natsoperator.callout.connections.ConnectionTags;

/** The renewal of a connection before its token or its longest session ends. */
class ConnectionRenewalTest {

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.5, 0.999})
  void renewsConnectionNearTheEndOfTheToken(double jitter) {
    Instant issued = NOW.minusSeconds(60);

    assertThat(renewal(login().jitter(jitter)))
        .isBetween(issued.plusSeconds(3_240), issued.plusSeconds(3_492));
  }

  @Test
  void renewsConnectionBeforeTheLongestSessionEnds() {
    LoginFixture login = login().policy(Duration.ofSeconds(100), false, false);

    assertThat(login.granted().expiry()).isEqualTo(NOW.plusSeconds(100));
    assertThat(renewal(login)).isBetween(NOW.plusSeconds(90), NOW.plusSeconds(97));
  }

  @Test
  void renewsConnectionSoonThatBeganWithAnOldToken() {
    LoginFixture login = login().issued(NOW.minusSeconds(3_580), NOW.plusSeconds(20));

    assertThat(renewal(login)).isEqualTo(NOW.plusSeconds(10));
  }

  private static Instant renewal(LoginFixture login) {
    return ConnectionTags.of(login.granted().tags()).orElseThrow().renewal();
  }
}
