package org.natsoperator.training;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** The initial objects of the fake API server, from {@code training/objects.json}. */
final class TrainingObjects {

  static final String NAMESPACE = "training";
  static final String NAME = "training";

  private static final String FILE = "/training/objects.json";
  private static final ObjectMapper JSON = new ObjectMapper();

  private TrainingObjects() {}

  /** Returns the objects by request path. */
  static Map<String, ObjectNode> objects() {
    try (InputStream file = TrainingObjects.class.getResourceAsStream(FILE)) {
      Map<String, ObjectNode> objects = new LinkedHashMap<>();
      JSON.readTree(file)
          .properties()
          .forEach(entry -> objects.put(entry.getKey(), (ObjectNode) entry.getValue()));
      return objects;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Derives the UID from the name, so that the file can contain owner references. */
  static String uid(String name) {
    return UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8)).toString();
  }

  static JsonNode notFound() {
    return failure("NotFound", 404);
  }

  static JsonNode conflict() {
    return failure("Conflict", 409);
  }

  private static JsonNode failure(String reason, int code) {
    return JSON.createObjectNode()
        .put("apiVersion", "v1")
        .put("kind", "Status")
        .put("status", "Failure")
        .put("reason", reason)
        .put("code", code);
  }

  static JsonNode everythingIsAllowed(ObjectNode review) {
    ObjectNode status = review.putObject("status").put("incomplete", false);
    ObjectNode rule = status.putArray("resourceRules").addObject();
    List.of("verbs", "apiGroups", "resources").forEach(field -> rule.putArray(field).add("*"));
    status.putArray("nonResourceRules");
    return review;
  }
}
