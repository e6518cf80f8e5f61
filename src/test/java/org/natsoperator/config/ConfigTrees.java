package org.natsoperator.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Configurations of servers for tests of nats.conf. */
final class ConfigTrees {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** A configuration of a running server. */
  static final String RUNNING =
      """
      {"port": 4222, "cluster": {"name": "old", "routes": ["nats://a:6222"]}, "max_payload": 1,
       "authorization": {"users": [{"username": "before"}]}, "accounts": {"$SYS": {}}}\
      """;

  private ConfigTrees() {}

  /** The configuration {@link #RUNNING} with another value for a key. */
  static ObjectNode with(String key, String value) {
    ObjectNode config = tree(RUNNING);
    config.set(key, read(value, JsonNode.class));
    return config;
  }

  static ObjectNode tree(String json) {
    return read(json, ObjectNode.class);
  }

  private static <T extends JsonNode> T read(String json, Class<T> type) {
    try {
      return type.cast(JSON.readTree(json));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
