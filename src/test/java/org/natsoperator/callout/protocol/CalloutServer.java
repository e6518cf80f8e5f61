package org.natsoperator.callout.protocol;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.nats.client.Connection;
import io.nats.client.ErrorListener;
import io.nats.client.NKey;
import io.nats.client.Nats;
import io.nats.client.Options;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.natsoperator.cluster.server.LimitedDataPort;
import org.natsoperator.nkey.NkeyCodec;
import org.natsoperator.nkey.NkeyType;
import org.natsoperator.nkey.SigningNkey;
import org.natsoperator.nkey.XKey;
import org.natsoperator.testing.NatsServer;
import org.natsoperator.testing.ServerConfigs;

/** The part of a nats-server that asks about logins, in memory. */
final class CalloutServer {

  static final Instant NOW = Instant.parse("2026-11-27T12:00:00.500Z");
  static final String CLUSTER = "example-nats";
  static final XKey CLUSTER_KEY = xkey(1);
  static final String USER = NkeyCodec.publicKey(NkeyType.USER, raw(5));
  static final SigningNkey ISSUER = issuer(4);
  static final SigningNkey KEY = server(2);
  static final XKey XKEY = xkey(3);

  private static final byte[] NONCE = Arrays.copyOf(raw(6), XKey.NONCE_BYTES);

  private CalloutServer() {}

  /** The claims of a request, as nats-server 2.15.3 writes them. */
  static ObjectNode claims(String token) {
    ObjectNode claims =
        JsonNodeFactory.instance
            .objectNode()
            .put("aud", "nats-authorization-request")
            .put("exp", NOW.getEpochSecond() + 30)
            .put("jti", "ANY")
            .put("iat", NOW.getEpochSecond())
            .put("sub", ISSUER.publicKey());
    ObjectNode nats = claims.putObject("nats");
    nats.putObject("server_id")
        .put("name", "example-nats-1")
        .put("host", "0.0.0.0")
        .put("id", KEY.publicKey())
        .put("version", "2.15.3")
        .put("cluster", CLUSTER)
        .put("xkey", XKEY.publicKey());
    nats.put("user_nkey", USER);
    nats.putObject("client_info")
        .put("host", "10.0.0.7")
        .put("id", 42)
        .put("user", "nats-user")
        .put("kind", "Client")
        .put("type", "nats");
    nats.putObject("connect_opts")
        .put("user", "nats-user")
        .put("pass", token)
        .put("lang", "java")
        .put("protocol", 1);
    nats.put("type", "authorization_request").put("version", 2);
    return claims;
  }

  /** A signed and encrypted request. */
  static byte[] message(ObjectNode claims) {
    return encrypted(NatsJwt.sign(claims, KEY));
  }

  static byte[] encrypted(String jwt) {
    return XKEY.seal(jwt.getBytes(US_ASCII), CLUSTER_KEY.publicKey(), NONCE).orElseThrow();
  }

  /** The configuration of a real server that asks a user with this key. */
  static ObjectNode config(String version, String operatorKey) {
    ObjectNode config = ServerConfigs.withUsers(version, List.of());
    ObjectNode authorization = config.putObject("authorization").put("timeout", 30);
    ObjectNode callout = authorization.putObject("auth_callout");
    callout
        .put("issuer", ISSUER.publicKey())
        .put("account", "$SYS")
        .put("xkey", CLUSTER_KEY.publicKey());
    callout.putArray("auth_users").add(operatorKey);
    config
        .putObject("accounts")
        .putObject("$SYS")
        .putArray("users")
        .addObject()
        .put("nkey", operatorKey);
    return config;
  }

  /** Connects like the operator. */
  static Connection connect(NatsServer server, NKey key) throws Exception {
    return Nats.connect(
        Options.builder()
            .server(server.url())
            .authHandler(Nats.staticCredentials(null, key.getSeed()))
            .errorListener(new ErrorListener() {})
            .dataPortType(LimitedDataPort.class.getName())
            .noReconnect()
            .build());
  }

  static SigningNkey issuer(int seed) {
    return SigningNkey.ofSeed(NkeyType.ACCOUNT, NkeyCodec.seed(NkeyType.ACCOUNT, raw(seed)))
        .orElseThrow();
  }

  static SigningNkey server(int seed) {
    return SigningNkey.ofSeed(NkeyType.SERVER, NkeyCodec.seed(NkeyType.SERVER, raw(seed)))
        .orElseThrow();
  }

  static XKey xkey(int seed) {
    return XKey.ofSeed(NkeyCodec.seed(NkeyType.CURVE, raw(seed))).orElseThrow();
  }

  private static byte[] raw(int value) {
    byte[] raw = new byte[NkeyCodec.KEY_BYTES];
    Arrays.fill(raw, (byte) value);
    return raw;
  }
}
