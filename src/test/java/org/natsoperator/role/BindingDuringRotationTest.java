package org.natsoperator.role;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;
import static org.natsoperator.role.BindingFixture.ACCOUNT;
import static org.natsoperator.role.BindingFixture.CLUSTER;
import static org.natsoperator.role.BindingFixture.GRANT;
import static org.natsoperator.role.BindingFixture.ROLE;
import static org.natsoperator.role.BindingFixture.SECRET;
import static org.natsoperator.role.BindingFixture.TOKEN;
import static org.natsoperator.role.BindingFixture.WITHDRAWN;
import static org.natsoperator.role.BindingFixture.bind;
import static org.natsoperator.role.BindingFixture.newer;
import static org.natsoperator.role.BindingFixture.recorded;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.time.Instant;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.natsoperator.role.Binding.Bound;
import org.natsoperator.role.Binding.Unissued;
import org.natsoperator.testing.Roles;
import org.natsoperator.testing.SigningKey;
import org.natsoperator.testing.Tokens;
import org.natsoperator.token.BoundToken;
import org.natsoperator.token.PreviousToken;
import org.natsoperator.token.TokenSecret;

/** The Secret contains the new token and the previous one, which servers still accept. */
class BindingDuringRotationTest {

  @Test
  void passwordIsPreviousTokenDuringRotation() {
    String newer = newer();
    Secret renewed =
        PreviousToken.keep(SECRET, Roles.tokenSecret("nats-user", newer), Instant.EPOCH);

    assertThat(bind(ROLE, CLUSTER, ACCOUNT, renewed))
        .isEqualTo(new Bound(GRANT, new BoundToken(TOKEN)));
    assertThat(bind(ROLE, CLUSTER, ACCOUNT, PreviousToken.drop(renewed)))
        .isEqualTo(new Bound(GRANT, new BoundToken(newer)));
  }

  /** A key of the API server can be withdrawn during a rotation too. */
  @Test
  void recordedProofOfPreviousTokenIsValidDuringRotation() {
    String newer = newer();
    Secret renewed = PreviousToken.keep(recorded(TOKEN), recorded(newer), Instant.EPOCH);

    assertThat(bind(ROLE, CLUSTER, ACCOUNT, renewed, WITHDRAWN))
        .isEqualTo(new Bound(GRANT, new BoundToken(TOKEN)));
    assertThat(bind(ROLE, CLUSTER, ACCOUNT, PreviousToken.drop(renewed), WITHDRAWN))
        .isEqualTo(new Bound(GRANT, new BoundToken(newer)));
  }

  @ParameterizedTest(name = "{0} is ignored as previous token")
  @MethodSource
  void ignoresUnverifiedPreviousToken(String description, String planted) {
    Secret secret =
        new SecretBuilder(PreviousToken.keep(SECRET, SECRET, Instant.EPOCH))
            .addToData("previous", TokenSecret.encoded(planted))
            .build();

    assertThat(bind(ROLE, CLUSTER, ACCOUNT, secret))
        .as(description)
        .isEqualTo(new Bound(GRANT, new BoundToken(TOKEN)));
  }

  static Stream<Arguments> ignoresUnverifiedPreviousToken() {
    return Stream.of(
        arguments("a plain word", "guess"),
        arguments("an empty token", ""),
        arguments("a forged token", SigningKey.ec("api-server").sign(Tokens.claims("nats-user"))),
        arguments(
            "a token of another ServiceAccount",
            SigningKey.API_SERVER.sign(Tokens.claims("nats-admin-user"))));
  }

  /** A valid previous token does not make up for it. */
  @Test
  void isUnissuedIfTokenIsForgedDespitePreviousToken() {
    Secret secret =
        PreviousToken.keep(SECRET, Roles.tokenSecret("nats-user", "forged"), Instant.EPOCH);

    assertThat(bind(ROLE, CLUSTER, ACCOUNT, secret)).isInstanceOf(Unissued.class);
  }
}
