package org.natsoperator.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.UncheckedIOException;

/**
 * The form of a configuration that nats-server (2.11 and later) hashes: the parsed values, written
 * by Go's JSON encoder. The encoder sorts keys, writes no spaces, escapes {@code < > &} and two
 * line separators, and ends with a newline.
 */
final class ConfigDigest {

  private static final ObjectMapper SORTED =
      JsonMapper.builder().enable(JsonNodeFeature.WRITE_PROPERTIES_SORTED).build();

  private ConfigDigest() {}

  static String canonical(JsonNode config) {
    try {
      return escaped(SORTED.writeValueAsString(config)) + "\n";
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The canonical form with the name of the server instead of the variable. */
  static String named(String canonical, String serverName) {
    String key = "\"" + ServerConfigFile.SERVER_NAME + "\":";
    return canonical.replace(
        key + "\"" + ServerConfigFile.SERVER_NAME_VARIABLE + "\"", key + "\"" + serverName + "\"");
  }

  /** These characters only occur inside strings. */
  private static String escaped(String json) {
    return json.replace("<", "\\u003c")
        .replace(">", "\\u003e")
        .replace("&", "\\u0026")
        .replace("\u2028", "\\u2028")
        .replace("\u2029", "\\u2029");
  }
}
