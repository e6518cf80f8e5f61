package org.natsoperator.callout.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;
import static org.natsoperator.callout.protocol.CalloutServer.NOW;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Base64;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.natsoperator.callout.protocol.CalloutMessage.IgnoreReason;
import org.natsoperator.callout.protocol.CalloutMessage.Ignored;
import org.natsoperator.callout.protocol.CalloutMessage.Request;

class CalloutReaderTest {

  private static final String SENDER = CalloutServer.XKEY.publicKey();
  private static final Request REQUEST =
      new Request(
          CalloutServer.KEY.publicKey(),
          "example-nats-1",
          SENDER,
          CalloutServer.USER,
          "10.0.0.7",
          42,
          "the-token");

  private final CalloutReader reader =
      new CalloutReader(CalloutServer.CLUSTER_KEY, CalloutServer.CLUSTER);

  @Test
  void readsRequestOfServer() {
    assertThat(read(claims -> {})).isEqualTo(REQUEST);
  }

  @Test
  void readsTokenOfClientThatSendsNoPassword() {
    assertThat(read(claims -> connect(claims).put("auth_token", "the-token").remove("pass")))
        .isEqualTo(REQUEST);
  }

  @Test
  void readsRequestWithoutToken() {
    assertThat(read(claims -> connect(claims).remove("pass")))
        .isInstanceOfSatisfying(Request.class, request -> assertThat(request.token()).isEmpty());
  }

  @Test
  void readsWebsocketClient() {
    assertThat(read(claims -> client(claims).put("type", "websocket"))).isEqualTo(REQUEST);
  }

  @Test
  void hidesToken() {
    assertThat(REQUEST.toString()).doesNotContain("the-token");
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource
  void ignoresInvalidRequest(String description, IgnoreReason reason, Consumer<ObjectNode> edit) {
    assertThat(read(edit)).as(description).isEqualTo(new Ignored(reason));
  }

  static Stream<Arguments> ignoresInvalidRequest() {
    String other = CalloutServer.server(9).publicKey();
    return Stream.of(
        row(
            "the signer is not the server",
            IgnoreReason.SIGNATURE,
            claims -> server(claims).put("id", other)),
        row(
            "another key than that of the header",
            IgnoreReason.SIGNATURE,
            claims -> server(claims).put("xkey", CalloutServer.xkey(8).publicKey())),
        row("no key", IgnoreReason.SIGNATURE, claims -> server(claims).remove("xkey")),
        row("no server", IgnoreReason.SIGNATURE, claims -> nats(claims).remove("server_id")),
        row("another audience", IgnoreReason.CONTENT, claims -> claims.put("aud", "$G")),
        row("no audience", IgnoreReason.CONTENT, claims -> claims.remove("aud")),
        row("another type", IgnoreReason.CONTENT, claims -> nats(claims).put("type", "user")),
        row(
            "another cluster",
            IgnoreReason.OTHER_CLUSTER,
            claims -> server(claims).put("cluster", "other-nats")),
        row("no cluster", IgnoreReason.OTHER_CLUSTER, claims -> server(claims).remove("cluster")),
        row("no name", IgnoreReason.OTHER_CLUSTER, claims -> server(claims).remove("name")),
        row(
            "a number as name",
            IgnoreReason.OTHER_CLUSTER,
            claims -> server(claims).put("name", 1)),
        serverName("example-nats"),
        serverName("example-nats-"),
        serverName("example-nats-0"),
        serverName("example-nats-01"),
        serverName("example-nats-10000"),
        serverName("example-nats-1-1"),
        serverName("example-nats-x"),
        serverName("other-example-nats-1"),
        serverName("NAMJMJNEHHLLATFGOGIK6YW4TJWK5JXJUDMM7NOYSZLPAXVJADFXKVYBB"),
        row("a leaf node", IgnoreReason.PROTOCOL, claims -> client(claims).put("kind", "Leafnode")),
        row("no kind", IgnoreReason.PROTOCOL, claims -> client(claims).remove("kind")),
        row("MQTT", IgnoreReason.PROTOCOL, claims -> client(claims).put("type", "mqtt")),
        row("no type", IgnoreReason.PROTOCOL, claims -> client(claims).remove("type")),
        row("no client", IgnoreReason.PROTOCOL, claims -> nats(claims).remove("client_info")),
        row("no time", IgnoreReason.AGE, claims -> claims.remove("iat")),
        row("a text as time", IgnoreReason.AGE, claims -> claims.put("iat", "now")),
        row("a fraction as time", IgnoreReason.AGE, claims -> claims.put("iat", 1.5)),
        row("an old request", IgnoreReason.AGE, claims -> claims.put("iat", second() - 3)),
        row("a future request", IgnoreReason.AGE, claims -> claims.put("iat", second() + 62)),
        row("the largest time", IgnoreReason.AGE, claims -> claims.put("iat", Long.MAX_VALUE)),
        row("the smallest time", IgnoreReason.AGE, claims -> claims.put("iat", Long.MIN_VALUE)),
        row("no user", IgnoreReason.CONTENT, claims -> nats(claims).remove("user_nkey")),
        row(
            "a server as user",
            IgnoreReason.CONTENT,
            claims -> nats(claims).put("user_nkey", other)),
        row("no number", IgnoreReason.CONTENT, claims -> client(claims).remove("id")),
        row(
            "a long address",
            IgnoreReason.CONTENT,
            claims -> client(claims).put("host", "1".repeat(101))));
  }

  @ParameterizedTest
  @ValueSource(longs = {-2, -1, 0, 1, 59})
  void acceptsTimeOfServerWithinBounds(long seconds) {
    assertThat(read(claims -> claims.put("iat", second() + seconds))).isEqualTo(REQUEST);
  }

  @Test
  void ignoresMessageThatIsTooLarge() {
    assertThat(reader.read(new byte[CalloutReader.MAX_MESSAGE_BYTES + 1], SENDER, NOW))
        .isEqualTo(new Ignored(IgnoreReason.SIZE));
  }

  @Test
  void ignoresMessageThatIsNotEncrypted() {
    byte[] plain = NatsJwt.sign(CalloutServer.claims("x"), CalloutServer.KEY).getBytes();

    assertThat(reader.read(plain, SENDER, NOW)).isEqualTo(new Ignored(IgnoreReason.ENCRYPTION));
    assertThat(reader.read(new byte[0], SENDER, NOW))
        .isEqualTo(new Ignored(IgnoreReason.ENCRYPTION));
    assertThat(reader.read(CalloutServer.message(CalloutServer.claims("x")), null, NOW))
        .isEqualTo(new Ignored(IgnoreReason.ENCRYPTION));
  }

  @Test
  void ignoresMessageForAnotherCluster() {
    CalloutReader other = new CalloutReader(CalloutServer.xkey(9), CalloutServer.CLUSTER);

    assertThat(other.read(CalloutServer.message(CalloutServer.claims("x")), SENDER, NOW))
        .isEqualTo(new Ignored(IgnoreReason.ENCRYPTION));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource
  void ignoresInvalidJwt(String description, String jwt) {
    assertThat(reader.read(CalloutServer.encrypted(jwt), SENDER, NOW))
        .as(description)
        .isEqualTo(new Ignored(IgnoreReason.SIGNATURE));
  }

  static Stream<Arguments> ignoresInvalidJwt() {
    String jwt = NatsJwt.sign(CalloutServer.claims("x"), CalloutServer.KEY);
    String[] parts = jwt.split("\\.");
    String nested = "[".repeat(5_000) + "]".repeat(5_000);
    return Stream.of(
        arguments("text", "hello"),
        arguments("two parts", parts[0] + "." + parts[1]),
        arguments("four parts", jwt + ".x"),
        arguments("empty parts", ".."),
        arguments("no Base64", "!.!.!"),
        arguments("another signature", parts[0] + "." + parts[1] + "." + "A".repeat(86)),
        arguments("no signature", parts[0] + "." + parts[1] + "."),
        arguments("other claims", parts[0] + "." + base64("{}") + "." + parts[2]),
        arguments("alg none", base64("{\"typ\":\"JWT\",\"alg\":\"none\"}") + "." + parts[1] + "."),
        arguments("deep claims", parts[0] + "." + base64(nested) + "." + parts[2]),
        arguments("deep header", base64(nested) + "." + parts[1] + "." + parts[2]),
        arguments(
            "an account as issuer", NatsJwt.sign(CalloutServer.claims("x"), CalloutServer.ISSUER)));
  }

  private CalloutMessage read(Consumer<ObjectNode> edit) {
    ObjectNode claims = CalloutServer.claims("the-token");
    edit.accept(claims);
    return reader.read(CalloutServer.message(claims), SENDER, NOW);
  }

  private static Arguments serverName(String name) {
    return row(
        "server " + name, IgnoreReason.OTHER_CLUSTER, claims -> server(claims).put("name", name));
  }

  private static Arguments row(String description, IgnoreReason reason, Consumer<ObjectNode> edit) {
    return arguments(description, reason, edit);
  }

  private static long second() {
    return NOW.getEpochSecond();
  }

  private static ObjectNode nats(ObjectNode claims) {
    return (ObjectNode) claims.get("nats");
  }

  private static ObjectNode server(ObjectNode claims) {
    return (ObjectNode) nats(claims).get("server_id");
  }

  private static ObjectNode client(ObjectNode claims) {
    return (ObjectNode) nats(claims).get("client_info");
  }

  private static ObjectNode connect(ObjectNode claims) {
    return (ObjectNode) nats(claims).get("connect_opts");
  }

  private static String base64(String text) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes());
  }
}
