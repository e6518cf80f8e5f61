package org.natsoperator.callout.protocol;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.nats.client.Connection;
import io.nats.client.Message;
import io.nats.client.NKey;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.natsoperator.access.Grant;
import org.natsoperator.access.Identity;
import org.natsoperator.api.RoleLimits;
import org.natsoperator.callout.protocol.CalloutMessage.Request;
import org.natsoperator.callout.protocol.Decision.Granted;
import org.natsoperator.nkey.NkeyType;
import org.natsoperator.nkey.SigningNkey;
import org.natsoperator.nkey.XKey;
import org.natsoperator.testing.Login;
import org.natsoperator.testing.NatsServer;

/**
 * Answers that a real server must not accept. Its system account receives them, where only the
 * operator has a user; so they are the last line of defense.
 */
@ParameterizedClass(name = "nats-server {0}")
@ValueSource(strings = {"2.14.10", "2.15.3"})
class ForgedResponsesIT {

  private static final SecureRandom RANDOM = new SecureRandom();

  private static NatsServer server;
  private static Connection operator;
  private static volatile Function<Request, byte[]> answer;

  @Parameter String version;

  @BeforeParameterizedClassInvocation
  static void start(String version) throws Exception {
    NKey key = NKey.createUser(RANDOM);
    server =
        NatsServer.start(version, CalloutServer.config(version, new String(key.getPublicKey())));
    operator = CalloutServer.connect(server, key);
    operator.createDispatcher(ForgedResponsesIT::respond).subscribe("$SYS.REQ.USER.AUTH");
    operator.flush(Duration.ofMinutes(1));
  }

  @AfterParameterizedClassInvocation
  static void stop() throws InterruptedException {
    operator.close();
    server.close();
  }

  @Test
  void acceptsAnswerToItsRequest() {
    answer = request -> sealed(granted(request, CalloutServer.ISSUER), request);

    assertThat(login()).isEqualTo(Login.WELCOME);
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource
  void refusesAnswer(String description, String logged, Function<Request, byte[]> forged) {
    answer = forged;

    assertThat(login()).as(description).isEqualTo(Login.REFUSAL);
    // The server logs the reason after its answer.
    await().untilAsserted(() -> assertThat(server.log().toLowerCase()).contains(logged));
  }

  static Stream<Arguments> refusesAnswer() {
    SigningNkey otherIssuer = CalloutServer.issuer(9);
    XKey otherKey = CalloutServer.xkey(9);
    return Stream.of(
        row(
            "for another login",
            "not for expected user",
            request -> sealed(granted(ofUser(request), CalloutServer.ISSUER), request)),
        row(
            "for another server",
            "not for server",
            request -> sealed(granted(ofServer(request), CalloutServer.ISSUER), request)),
        row(
            "with the user of another login",
            "expected authorized user",
            request -> sealed(withUserOfAnotherLogin(request), request)),
        row(
            "by another issuer",
            "wrong issuer",
            request -> sealed(granted(request, otherIssuer), request)),
        row(
            "by another issuer and not encrypted",
            "signing key is unknown",
            request -> granted(request, otherIssuer).getBytes(US_ASCII)),
        row(
            "encrypted with another key",
            "error decrypting",
            request -> sealed(otherKey, granted(request, CalloutServer.ISSUER), request)),
        row("garbage", "error decrypting", request -> "garbage".getBytes(US_ASCII)),
        row("empty", "no reason supplied", request -> new byte[0]));
  }

  /** The server creates a key for each login. */
  @Test
  void refusesAnswerToEarlierRequest() {
    AtomicReference<byte[]> earlier = new AtomicReference<>();
    answer =
        request -> {
          earlier.set(sealed(granted(request, CalloutServer.ISSUER), request));
          return earlier.get();
        };
    assertThat(login()).isEqualTo(Login.WELCOME);

    answer = request -> earlier.get();

    assertThat(login()).isEqualTo(Login.REFUSAL);
  }

  private static Arguments row(
      String description, String logged, Function<Request, byte[]> forged) {
    return arguments(description, logged, forged);
  }

  /** After a pause of this machine the request is too old, and gets no answer. */
  private static String login() {
    return await()
        .atMost(Duration.ofMinutes(2))
        .until(() -> Login.as(server, "any", "any"), response -> !Login.NO_ANSWER.equals(response));
  }

  private static void respond(Message message) {
    String sender = message.getHeaders().getFirst("Nats-Server-Xkey");
    CalloutMessage request =
        new CalloutReader(CalloutServer.CLUSTER_KEY, CalloutServer.CLUSTER)
            .read(message.getData(), sender, Instant.now());
    operator.publish(message.getReplyTo(), answer.apply((Request) request));
  }

  private static Request ofUser(Request request) {
    return new Request(
        request.serverId(),
        request.serverName(),
        request.serverXkey(),
        CalloutServer.USER,
        request.host(),
        request.clientId(),
        request.token());
  }

  private static Request ofServer(Request request) {
    return new Request(
        CalloutServer.KEY.publicKey(),
        request.serverName(),
        request.serverXkey(),
        request.userNkey(),
        request.host(),
        request.clientId(),
        request.token());
  }

  private static String granted(Request request, SigningNkey issuer) {
    return new CalloutResponse(issuer).granted(request, granted(), Instant.now());
  }

  private static Granted granted() {
    Identity identity = new Identity("ns", "account");
    return new Granted(
        "ns/account/pod",
        new Grant(identity, "any", List.of("foo"), List.of("foo"), Optional.empty()),
        RoleLimits.NONE,
        List.of(),
        List.of(),
        Instant.now().plusSeconds(60));
  }

  private static String withUserOfAnotherLogin(Request request) {
    String other =
        NatsJwt.verify(granted(ofUser(request), CalloutServer.ISSUER), NkeyType.ACCOUNT)
            .orElseThrow()
            .at("/nats/jwt")
            .asText();
    ObjectNode claims =
        (ObjectNode)
            NatsJwt.verify(granted(request, CalloutServer.ISSUER), NkeyType.ACCOUNT).orElseThrow();
    ((ObjectNode) claims.get("nats")).put("jwt", other);
    return NatsJwt.sign(claims, CalloutServer.ISSUER);
  }

  private static byte[] sealed(String text, Request request) {
    return sealed(CalloutServer.CLUSTER_KEY, text, request);
  }

  private static byte[] sealed(XKey key, String text, Request request) {
    byte[] nonce = new byte[XKey.NONCE_BYTES];
    RANDOM.nextBytes(nonce);
    return key.seal(text.getBytes(US_ASCII), request.serverXkey(), nonce).orElseThrow();
  }
}
