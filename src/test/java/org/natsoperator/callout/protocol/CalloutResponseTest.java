package org.natsoperator.callout.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.natsoperator.callout.protocol.CalloutServer.NOW;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.natsoperator.access.Grant;
import org.natsoperator.access.Identity;
import org.natsoperator.api.AllowResponses;
import org.natsoperator.api.RoleLimits;
import org.natsoperator.callout.protocol.CalloutMessage.Request;
import org.natsoperator.callout.protocol.Decision.Granted;
import org.natsoperator.nkey.NkeyType;

class CalloutResponseTest {

  private static final Request REQUEST =
      new Request(
          CalloutServer.KEY.publicKey(),
          "example-nats-1",
          CalloutServer.XKEY.publicKey(),
          CalloutServer.USER,
          "10.0.0.7",
          42,
          "the-token");

  private final CalloutResponse response = new CalloutResponse(CalloutServer.ISSUER);

  @Test
  void namesUserServerAndIssuer() {
    JsonNode claims = verified(response.granted(REQUEST, granted(List.of("a"), List.of("b")), NOW));

    assertThat(claims.at("/sub").asText()).isEqualTo(CalloutServer.USER);
    assertThat(claims.at("/aud").asText()).isEqualTo(CalloutServer.KEY.publicKey());
    assertThat(claims.at("/iss").asText()).isEqualTo(CalloutServer.ISSUER.publicKey());
    assertThat(claims.at("/nats/type").asText()).isEqualTo("authorization_response");
    assertThat(claims.at("/nats/error").isMissingNode()).isTrue();
  }

  @Test
  void placesUserInGlobalAccountOnly() {
    JsonNode user = user(granted(List.of("a"), List.of("b", "c  \t queue")));

    assertThat(user.at("/aud").asText()).isEqualTo("$G");
    assertThat(user.at("/sub").asText()).isEqualTo(CalloutServer.USER);
    assertThat(user.at("/name").asText()).isEqualTo("ns/account/pod");
    assertThat(user.at("/exp").asLong()).isEqualTo(NOW.plusSeconds(60).getEpochSecond());
    assertThat(user.get("nats"))
        .hasToString(
            """
            {"pub":{"allow":["a"]},"sub":{"allow":["b","c queue"]},\
            "subs":-1,"data":-1,"payload":-1,"src":["10.0.0.7/32"],\
            "allowed_connection_types":["STANDARD","WEBSOCKET"],\
            "tags":["role:uid:1"],"type":"user","version":2}\
            """);
  }

  @Test
  void deniesEverythingForEmptyList() {
    JsonNode user = user(granted(List.of(), List.of()));

    assertThat(user.at("/nats/pub")).hasToString("{\"deny\":[\">\"]}");
    assertThat(user.at("/nats/sub")).hasToString("{\"deny\":[\">\"]}");
  }

  @Test
  void limitsConnection() {
    Granted unlimited = granted(List.of("a"), List.of("b"));
    JsonNode user =
        user(
            new Granted(
                unlimited.name(),
                unlimited.grant(),
                new RoleLimits(5, 1_024),
                unlimited.tags(),
                unlimited.sources(),
                unlimited.expiry()));

    assertThat(user.at("/nats/subs").asInt()).isEqualTo(5);
    assertThat(user.at("/nats/payload").asInt()).isEqualTo(1_024);
    assertThat(user.at("/nats/data").asInt()).isEqualTo(-1);
  }

  @Test
  void permitsResponses() {
    Granted silent = granted(List.of("a"), List.of("b"));
    Grant grant = silent.grant();
    Granted responder =
        new Granted(
            silent.name(),
            new Grant(
                grant.identity(),
                grant.user(),
                grant.publish(),
                grant.subscribe(),
                Optional.of(new AllowResponses(3, 60))),
            silent.limits(),
            silent.tags(),
            silent.sources(),
            silent.expiry());

    assertThat(user(responder).at("/nats/resp")).hasToString("{\"max\":3,\"ttl\":60000000000}");
    assertThat(user(silent).at("/nats/resp").isMissingNode()).isTrue();
  }

  @Test
  void refusesWithReasonOnly() {
    JsonNode claims = verified(response.refused(REQUEST, Decision.Reason.WRONG_AUDIENCE, NOW));

    assertThat(claims.at("/nats/error").asText()).isEqualTo("the token is not for this cluster");
    assertThat(claims.at("/nats/jwt").isMissingNode()).isTrue();
    assertThat(claims.toString()).doesNotContain("the-token");
  }

  private JsonNode user(Granted granted) {
    JsonNode claims = verified(response.granted(REQUEST, granted, NOW));
    return verified(claims.at("/nats/jwt").asText());
  }

  private static JsonNode verified(String jwt) {
    return NatsJwt.verify(jwt, NkeyType.ACCOUNT).orElseThrow();
  }

  private static Granted granted(List<String> publish, List<String> subscribe) {
    return new Granted(
        "ns/account/pod",
        new Grant(new Identity("ns", "account"), "account", publish, subscribe, Optional.empty()),
        RoleLimits.NONE,
        List.of("role:uid:1"),
        List.of("10.0.0.7/32"),
        NOW.plus(Duration.ofSeconds(60)));
  }
}
