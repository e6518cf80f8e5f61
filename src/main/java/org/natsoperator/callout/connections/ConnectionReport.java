package org.natsoperator.callout.connections;

import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.natsoperator.callout.connections.ConnectionIndex.Entry;
import org.natsoperator.callout.connections.ConnectionIndex.Key;
import org.natsoperator.decoding.UntrustedJson;

/**
 * What a server reports about its connections: an event about one of them, or a part of its list.
 *
 * @param next number of the first connection of the next part of the list; 0 if there is none
 */
public record ConnectionReport(
    String serverId, List<Entry> connections, Optional<Key> event, int next) {

  /**
   * Connections in a part of a list. The part must be shorter than 1 MiB, the longest message. A
   * connection has at most 28 KiB: a client chooses 4 KiB, in which the server replaces {@code <}
   * by 6 bytes, and the names in its tags have 4 KiB.
   */
  public static final int LIMIT = 32;

  /** Of one server; bounds the requests that a list takes. */
  private static final int MOST_LISTED = 50_000;

  /** The operator remembers the ID with each connection. */
  private static final Pattern SERVER_ID = Pattern.compile("N[A-Z2-7]{55}");

  /** A list has some 100 tokens for each connection; each takes much memory. */
  private static final StreamReadConstraints LIMITS =
      StreamReadConstraints.builder().maxNestingDepth(16).maxTokenCount(20_000).build();

  private static final ObjectMapper JSON =
      new ObjectMapper(UntrustedJson.factory().streamReadConstraints(LIMITS).build());
  private static final ConnectionReport NOTHING =
      new ConnectionReport("", List.of(), Optional.empty(), 0);

  /**
   * Reads a report. It is empty if it is not valid, or comes from a server of another cluster that
   * shares the system account.
   */
  public static ConnectionReport read(byte[] message, String cluster) {
    try {
      JsonNode report = JSON.readTree(message);
      String server = report.at("/server/id").asText();
      if (!SERVER_ID.matcher(server).matches()
          || !cluster.equals(report.at("/server/cluster").asText())) {
        return NOTHING;
      }
      return report.has("client") ? ofEvent(server, report) : ofList(server, report.path("data"));
    } catch (IOException e) {
      return NOTHING;
    }
  }

  private static ConnectionReport ofEvent(String server, JsonNode report) {
    JsonNode client = report.get("client");
    return new ConnectionReport(
        server,
        entry(server, client.path("id").asLong(), client.path("tags")).toList(),
        Optional.of(new Key(server, client.path("id").asLong())),
        0);
  }

  private static ConnectionReport ofList(String server, JsonNode data) {
    int next = data.path("offset").asInt() + LIMIT;
    boolean isLast =
        data.path("limit").asInt() != LIMIT
            || next >= Math.min(data.path("total").asInt(), MOST_LISTED);
    return new ConnectionReport(
        server,
        data.path("connections")
            .valueStream()
            .flatMap(
                connection ->
                    entry(server, connection.path("cid").asLong(), connection.path("tags")))
            .toList(),
        Optional.empty(),
        isLast ? 0 : next);
  }

  private static Stream<Entry> entry(String server, long cid, JsonNode tags) {
    return ConnectionTags.of(tags.valueStream().map(JsonNode::asText).toList())
        .map(login -> new Entry(new Key(server, cid), login))
        .stream();
  }
}
