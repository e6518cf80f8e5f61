package org.natsoperator.cluster.server;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.natsoperator.decoding.UntrustedJson;

/** A page of the connections of a server, from {@code /connz}. */
public record Connz(String serverId, List<Connection> connections) {

  private static final ObjectMapper JSON = UntrustedJson.mapper();

  /** Part of a subject. */
  private static final Pattern SERVER_ID = Pattern.compile("\\w{1,64}");

  /**
   * @param user null for a server without users
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Connection(
      @JsonProperty("cid") long cid, @JsonProperty("authorized_user") String user) {}

  /**
   * Reads a page as a stream, since a small text can hold very many connections.
   *
   * @return empty if the text is not a page or has more than {@code most} connections
   */
  static Optional<Connz> parse(String page, int most) {
    try (JsonParser json = JSON.createParser(page)) {
      return parse(json, most);
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static Optional<Connz> parse(JsonParser json, int most) throws IOException {
    String serverId = "";
    List<Connection> connections = new ArrayList<>();
    json.nextToken();
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String field = json.currentName();
      json.nextToken();
      if (field.equals("server_id")) {
        serverId = json.getValueAsString("");
      } else if (field.equals("connections") && json.isExpectedStartArrayToken()) {
        while (json.nextToken() != JsonToken.END_ARRAY && connections.size() <= most) {
          connections.add(
              Optional.ofNullable(json.readValueAs(Connection.class))
                  .orElseThrow(() -> new IOException("null is not a connection")));
        }
      } else {
        json.skipChildren();
      }
    }
    return SERVER_ID.matcher(serverId).matches() && connections.size() <= most
        ? Optional.of(new Connz(serverId, connections))
        : Optional.empty();
  }
}
