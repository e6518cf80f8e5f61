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

/** A page of who is connected to a server, as it says on {@code /connz}. */
public record Connz(String serverId, List<Connection> connections) {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** Part of a subject. */
  private static final Pattern SERVER_ID = Pattern.compile("\\w{1,64}");

  /**
   * One client.
   *
   * @param user the user it logged in as; null where nobody has to log in
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Connection(
      @JsonProperty("cid") long cid, @JsonProperty("authorized_user") String user) {}

  /**
   * Reads a page piece by piece: what is small as text can be very many connections.
   *
   * @param most as many as were asked for
   * @return empty if it is no such page, or has more
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
          connections.add(connection(json));
        }
      } else {
        json.skipChildren();
      }
    }
    return SERVER_ID.matcher(serverId).matches() && connections.size() <= most
        ? Optional.of(new Connz(serverId, connections))
        : Optional.empty();
  }

  private static Connection connection(JsonParser json) throws IOException {
    Connection connection = json.readValueAs(Connection.class);
    if (connection == null) {
      throw new IOException("null is no connection");
    }
    return connection;
  }
}
