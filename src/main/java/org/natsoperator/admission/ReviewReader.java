package org.natsoperator.admission;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.util.Set;

/**
 * Reads an AdmissionReview (admission.k8s.io/v1) from JSON. What no API server sends is refused:
 * duplicate keys, something behind the end, a depth or a number of values that would cost more
 * memory than we have.
 */
final class ReviewReader {

  /**
   * In bytes. An object may have 1.5 MiB by default, and an update brings two; etcd's limit is
   * often raised.
   */
  static final int LARGEST = 7 << 20;

  static final int DEEPEST = 128;

  /**
   * Keys, values and brackets: an object of 1.5 MiB has some 100,000, and each may cost 50 bytes.
   */
  static final int MOST_TOKENS = 300_000;

  private static final String VERSION = "admission.k8s.io/v1";
  private static final Set<String> OPERATIONS = Set.of("CREATE", "UPDATE", "DELETE", "CONNECT");

  private static final ObjectReader JSON =
      JsonMapper.builder(
              JsonFactory.builder()
                  // Names that a stranger chose would stay for ever.
                  .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(DEEPEST)
                          .maxTokenCount(MOST_TOKENS)
                          .build())
                  .build())
          .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build()
          .reader();

  private ReviewReader() {}

  static Review read(byte[] body, int length) throws Rejection {
    JsonNode root = tree(body, length);
    if (!VERSION.equals(root.path("apiVersion").asText())
        || !"AdmissionReview".equals(root.path("kind").asText())) {
      throw malformed("apiVersion and kind must be " + VERSION + " and AdmissionReview");
    }
    if (!root.path("request").isObject()) {
      throw malformed("request must be an object");
    }
    return review(root.path("request"));
  }

  private static Review review(JsonNode request) throws Rejection {
    String uid = text(request, "uid");
    String operation = text(request, "operation");
    JsonNode object = object(request, "object");
    if (uid.isEmpty()) {
      throw malformed("request.uid must not be empty");
    }
    if (!OPERATIONS.contains(operation)) {
      throw malformed("request.operation must be CREATE, UPDATE, DELETE or CONNECT");
    }
    if (object.isMissingNode() && !operation.equals("DELETE")) {
      throw malformed("request.object must be an object");
    }
    return new Review(
        uid,
        operation,
        text(request, "namespace"),
        text(request, "name"),
        text(request.path("kind"), "kind"),
        text(request, "subResource"),
        request.path("dryRun").asBoolean(),
        text(request.path("userInfo"), "username"),
        object,
        object(request, "oldObject"));
  }

  /** Jackson's own messages may quote what it read. */
  private static JsonNode tree(byte[] body, int length) throws Rejection {
    try {
      return JSON.readTree(body, 0, length);
    } catch (StreamConstraintsException e) {
      throw malformed("the body is nested too deep, or has too many or too long values");
    } catch (JsonProcessingException e) {
      throw malformed("the body is no JSON, or a key is there twice" + place(e.getLocation()));
    } catch (IOException e) {
      throw malformed("the body is no JSON");
    }
  }

  private static String place(JsonLocation at) {
    return at == null ? "" : ": line %d, column %d".formatted(at.getLineNr(), at.getColumnNr());
  }

  private static String text(JsonNode node, String field) throws Rejection {
    JsonNode value = node.path(field);
    if (!value.isMissingNode() && !value.isNull() && !value.isTextual()) {
      throw malformed("request." + field + " must be a string");
    }
    return value.asText("");
  }

  private static JsonNode object(JsonNode request, String field) throws Rejection {
    JsonNode value = request.path(field);
    if (value.isMissingNode() || value.isNull()) {
      return MissingNode.getInstance();
    }
    if (!value.isObject()) {
      throw malformed("request." + field + " must be an object");
    }
    return value;
  }

  private static Rejection malformed(String message) {
    return new Rejection(Rejection.BAD_REQUEST, message);
  }
}
