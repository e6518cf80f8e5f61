package org.natsoperator.callout.protocol;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.natsoperator.access.SubjectPermission;
import org.natsoperator.api.RoleLimits;
import org.natsoperator.callout.protocol.CalloutMessage.Request;
import org.natsoperator.callout.protocol.Decision.Granted;
import org.natsoperator.nkey.SigningNkey;

/**
 * Writes the responses to requests, before their encryption.
 *
 * @param issuer the cluster's issuer, which its servers trust
 */
public record CalloutResponse(SigningNkey issuer) {

  /** The account of all clients. The system account would be another audience. */
  private static final String ACCOUNT = "$G";

  private static final String EVERYTHING = ">";
  private static final int UNLIMITED = -1;
  private static final int VERSION = 2;
  private static final List<String> CONNECTION_TYPES = List.of("STANDARD", "WEBSOCKET");
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  /** The client may log in. */
  public String granted(Request request, Granted granted, Instant now) {
    String user = NatsJwt.sign(userJwt(request, granted, now), issuer);
    return response(request, "jwt", user, now);
  }

  /** The client may not log in; the server logs the message. */
  public String refused(Request request, Decision.Reason reason, Instant now) {
    return response(request, "error", reason.message(), now);
  }

  private String response(Request request, String key, String value, Instant now) {
    ObjectNode claims = claims(request, request.serverId(), now);
    claims
        .putObject("nats")
        .put(key, value)
        .put("type", "authorization_response")
        .put("version", VERSION);
    return NatsJwt.sign(claims, issuer);
  }

  private static ObjectNode userJwt(Request request, Granted granted, Instant now) {
    ObjectNode claims = claims(request, ACCOUNT, now);
    claims.put("name", granted.name()).put("exp", granted.expiry().getEpochSecond());
    ObjectNode nats = claims.putObject("nats");
    nats.set("pub", permission(granted.grant().publish()));
    nats.set("sub", permission(granted.grant().subscribe()));
    granted
        .grant()
        .responses()
        .ifPresent(
            responses ->
                nats.putObject("resp")
                    .put("max", responses.max())
                    .put("ttl", Duration.ofSeconds(responses.expiresSeconds()).toNanos()));
    // A limit that is missing is 0.
    RoleLimits limits = granted.limits();
    nats.put("subs", Objects.requireNonNullElse(limits.subscriptions(), UNLIMITED));
    nats.put("data", UNLIMITED);
    nats.put("payload", Objects.requireNonNullElse(limits.payload(), UNLIMITED));
    nats.set("src", array(granted.sources()));
    nats.set("allowed_connection_types", array(CONNECTION_TYPES));
    nats.set("tags", array(granted.tags()));
    nats.put("type", "user").put("version", VERSION);
    return claims;
  }

  private static ObjectNode claims(Request request, String audience, Instant now) {
    return JSON.objectNode()
        .put("sub", request.userNkey())
        .put("aud", audience)
        .put("iat", now.getEpochSecond());
  }

  /** The server reads an empty list as a permission for everything. */
  private static ObjectNode permission(List<String> subjects) {
    ObjectNode permission = JSON.objectNode();
    if (subjects.isEmpty()) {
      permission.set("deny", array(List.of(EVERYTHING)));
    } else {
      // The server splits an entry at each space.
      permission.set(
          "allow",
          array(subjects.stream().map(entry -> SubjectPermission.of(entry).toString()).toList()));
    }
    return permission;
  }

  private static ArrayNode array(List<String> texts) {
    ArrayNode array = JSON.arrayNode();
    texts.forEach(array::add);
    return array;
  }
}
