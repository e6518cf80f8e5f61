package org.natsoperator.cluster.server;

import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.natsoperator.decoding.UntrustedJson;

/** The reason for which a server refused a login. The client chooses everything else. */
public enum RefusedLogin {

  /** No user has this name and password. */
  AUTHENTICATION_FAILURE("Authentication Failure"),

  /** Such as a login that did not come through a trusted proxy. */
  OTHER("");

  /** Events from 2.10 on; the name of the subject contains the ID of the server. */
  public static final String SUBJECT = "$SYS.SERVER.*.CLIENT.AUTH.ERR";

  /** An event has some 40 tokens. */
  private static final StreamReadConstraints LIMITS =
      StreamReadConstraints.builder().maxNestingDepth(16).maxTokenCount(2_000).build();

  private static final ObjectMapper JSON =
      new ObjectMapper(UntrustedJson.factory().streamReadConstraints(LIMITS).build());

  private final String text;

  RefusedLogin(String text) {
    this.text = text;
  }

  /**
   * Reads an event.
   *
   * @return empty if the event is not valid, or comes from a server of another cluster that shares
   *     the system account
   */
  public static Optional<RefusedLogin> read(byte[] event, String cluster) {
    try {
      JsonNode json = JSON.readTree(event);
      return cluster.equals(json.at("/server/cluster").asText())
          ? Optional.of(of(json.path("reason").asText()))
          : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static RefusedLogin of(String text) {
    return Stream.of(values()).filter(reason -> reason.text.equals(text)).findFirst().orElse(OTHER);
  }

  /** Value of a metric's label. */
  String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
