package org.natsoperator.callout.protocol;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.natsoperator.callout.protocol.CalloutMessage.IgnoreReason;
import org.natsoperator.callout.protocol.CalloutMessage.Ignored;
import org.natsoperator.callout.protocol.CalloutMessage.Request;
import org.natsoperator.nkey.NkeyCodec;
import org.natsoperator.nkey.NkeyType;
import org.natsoperator.nkey.XKey;

/**
 * Reads the requests of the servers of one cluster. Clusters that are connected by gateways share
 * the system account, so messages of other servers arrive too.
 *
 * @param xkey the cluster's key, for which its servers encrypt
 * @param cluster name of the cluster
 */
public record CalloutReader(XKey xkey, String cluster) {

  /** Much more than a server sends: a CONNECT has at most 4 KiB by default. */
  public static final int MAX_MESSAGE_BYTES = 64 << 10;

  /** After this time a server pings its client, and Go clients fail on that. */
  public static final Duration MAX_AGE = Duration.ofMillis(1_500);

  /** The time of a request has whole seconds. */
  private static final Duration PRECISION = Duration.ofSeconds(1);

  /** The server's clock may be ahead of the operator's. */
  private static final Duration LEEWAY = Duration.ofSeconds(60);

  private static final String AUDIENCE = "nats-authorization-request";
  private static final String TYPE = "authorization_request";
  private static final Set<String> PROTOCOLS = Set.of("nats", "websocket");
  private static final double MILLIS_PER_SECOND = 1_000;
  private static final int MAX_HOST_LENGTH = 100;
  private static final Pattern ORDINAL = Pattern.compile("-[1-9][0-9]{0,3}");

  /**
   * Reads a message.
   *
   * @param sender the server's key, from the message's header; null without one
   */
  public CalloutMessage read(byte[] message, String sender, Instant now) {
    if (message.length > MAX_MESSAGE_BYTES) {
      return new Ignored(IgnoreReason.SIZE);
    }
    Optional<String> jwt = xkey.open(message, sender).map(text -> new String(text, ISO_8859_1));
    if (jwt.isEmpty()) {
      return new Ignored(IgnoreReason.ENCRYPTION);
    }
    Optional<JsonNode> claims =
        NatsJwt.verify(jwt.get(), NkeyType.SERVER)
            .filter(content -> hasText(content.at("/nats/server_id/id"), text(content, "/iss")))
            .filter(content -> hasText(content.at("/nats/server_id/xkey"), sender));
    return claims
        .map(content -> obstacle(content, now).<CalloutMessage>map(Ignored::new))
        .map(ignored -> ignored.orElseGet(() -> request(claims.get())))
        .orElseGet(() -> new Ignored(IgnoreReason.SIGNATURE));
  }

  private Optional<IgnoreReason> obstacle(JsonNode claims, Instant now) {
    if (!hasText(claims.at("/aud"), AUDIENCE) || !hasText(claims.at("/nats/type"), TYPE)) {
      return Optional.of(IgnoreReason.CONTENT);
    }
    if (!isServer(text(claims, "/nats/server_id/name"))
        || !hasText(claims.at("/nats/server_id/cluster"), cluster)) {
      return Optional.of(IgnoreReason.OTHER_CLUSTER);
    }
    if (!hasText(claims.at("/nats/client_info/kind"), "Client")
        || !PROTOCOLS.contains(text(claims, "/nats/client_info/type"))) {
      return Optional.of(IgnoreReason.PROTOCOL);
    }
    if (!isRecent(claims.path("iat"), now)) {
      return Optional.of(IgnoreReason.AGE);
    }
    return isComplete(claims) ? Optional.empty() : Optional.of(IgnoreReason.CONTENT);
  }

  private boolean isServer(String pod) {
    return pod.startsWith(cluster) && ORDINAL.matcher(pod.substring(cluster.length())).matches();
  }

  private static boolean isRecent(JsonNode issuedAt, Instant now) {
    if (!issuedAt.isIntegralNumber() || !issuedAt.canConvertToLong()) {
      return false;
    }
    // No overflow: the number may be any.
    double age = now.toEpochMilli() - MILLIS_PER_SECOND * issuedAt.doubleValue();
    return age <= MAX_AGE.plus(PRECISION).toMillis() && age >= -LEEWAY.toMillis();
  }

  private static boolean isComplete(JsonNode claims) {
    JsonNode id = claims.at("/nats/client_info/id");
    return NkeyCodec.isPublicKey(NkeyType.USER, text(claims, "/nats/user_nkey"))
        && id.isIntegralNumber()
        && id.canConvertToLong()
        && text(claims, "/nats/client_info/host").length() <= MAX_HOST_LENGTH;
  }

  private static Request request(JsonNode claims) {
    String password = text(claims, "/nats/connect_opts/pass");
    return new Request(
        text(claims, "/iss"),
        text(claims, "/nats/server_id/name"),
        text(claims, "/nats/server_id/xkey"),
        text(claims, "/nats/user_nkey"),
        text(claims, "/nats/client_info/host"),
        claims.at("/nats/client_info/id").longValue(),
        password.isEmpty() ? text(claims, "/nats/connect_opts/auth_token") : password);
  }

  private static boolean hasText(JsonNode node, String expected) {
    return node.isTextual() && node.textValue().equals(expected);
  }

  private static String text(JsonNode claims, String path) {
    return claims.at(path).asText("");
  }
}
