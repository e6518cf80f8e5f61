package org.natsoperator.admission.review;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Reads an AdmissionReview (admission.k8s.io/v1) from JSON. It rejects content that no API server
 * sends: duplicate keys in the parts that it reads, trailing content, and too many or too deep
 * values.
 */
public final class AdmissionReviewReader {

  /**
   * In bytes. An update has two objects. The default limit of etcd is 1.5 MiB for each, and often
   * higher.
   */
  public static final int LARGEST = 7 << 20;

  /** In characters; the answer contains some of these texts. No name in Kubernetes is as long. */
  private static final int LONGEST_TEXT = 1_024;

  private static final Set<String> OPERATIONS = Set.of("CREATE", "UPDATE", "DELETE", "CONNECT");

  private AdmissionReviewReader() {}

  /**
   * @param parts of the objects that the webhook reads
   */
  public static AdmissionRequest read(byte[] body, int length, JsonProjection parts)
      throws HttpError {
    JsonNode root = tree(body, length, review(parts));
    if (!"admission.k8s.io/v1".equals(root.path("apiVersion").asText())
        || !"AdmissionReview".equals(root.path("kind").asText())) {
      throw malformed("apiVersion and kind must be admission.k8s.io/v1 and AdmissionReview");
    }
    if (!root.path("request").isObject()) {
      throw malformed("request must be an object");
    }
    return request(root.path("request"));
  }

  private static JsonProjection review(JsonProjection parts) {
    Map<String, JsonProjection> request = new HashMap<>();
    Stream.of("uid", "operation", "namespace", "name", "subResource", "dryRun")
        .forEach(field -> request.put(field, JsonProjection.WHOLE));
    request.put("kind", JsonProjection.fields(Map.of("kind", JsonProjection.WHOLE)));
    request.put("userInfo", JsonProjection.fields(Map.of("username", JsonProjection.WHOLE)));
    request.put("object", parts);
    request.put("oldObject", parts);
    return JsonProjection.fields(
        Map.of(
            "apiVersion", JsonProjection.WHOLE,
            "kind", JsonProjection.WHOLE,
            "request", JsonProjection.fields(request)));
  }

  private static AdmissionRequest request(JsonNode request) throws HttpError {
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
    return new AdmissionRequest(
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

  /** Jackson's own messages may quote the content. */
  private static JsonNode tree(byte[] body, int length, JsonProjection parts) throws HttpError {
    try (JsonParser json = JsonProjection.parser(body, length)) {
      JsonNode tree = json.nextToken() == null ? MissingNode.getInstance() : parts.read(json);
      if (json.nextToken() != null) {
        throw malformed("the body has content after the JSON object");
      }
      return tree;
    } catch (StreamConstraintsException e) {
      throw malformed("the body is nested too deeply, or has too many or too long values");
    } catch (JsonProcessingException e) {
      JsonLocation at = e.getLocation();
      throw malformed(
          "the body is not valid JSON, has a duplicate key, or has another value in place of a list"
              + (at == null
                  ? ""
                  : ": line %d, column %d".formatted(at.getLineNr(), at.getColumnNr())));
    } catch (IOException e) {
      throw malformed("the body is not valid JSON");
    }
  }

  private static String text(JsonNode node, String field) throws HttpError {
    JsonNode value = node.path(field);
    if (!value.isMissingNode() && !value.isNull() && !value.isTextual()) {
      throw malformed("request." + field + " must be a string");
    }
    String text = value.asText("");
    if (text.length() > LONGEST_TEXT) {
      throw malformed("request.%s must have at most %d characters".formatted(field, LONGEST_TEXT));
    }
    return text;
  }

  private static JsonNode object(JsonNode request, String field) throws HttpError {
    JsonNode value = request.path(field);
    if (!value.isMissingNode() && !value.isNull() && !value.isObject()) {
      throw malformed("request." + field + " must be an object");
    }
    return value.isObject() ? value : MissingNode.getInstance();
  }

  private static HttpError malformed(String message) {
    return new HttpError(HttpError.BAD_REQUEST, message);
  }
}
