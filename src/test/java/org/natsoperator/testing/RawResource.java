package org.natsoperator.testing;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.http.HttpResponse;
import java.util.List;
import java.util.Optional;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.api.NatsClusterStatus;
import org.natsoperator.api.NatsServiceRole;
import org.natsoperator.api.NatsServiceRoleStatus;
import org.natsoperator.decoding.LenientlyRead;

/**
 * A NatsCluster or NatsServiceRole of the API server, which is written as text: it may contain
 * values that the operator's types cannot.
 */
public record RawResource(
    HttpClient http, String url, String name, Class<? extends LenientlyRead> type) {

  private static final JsonMapper JSON =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(Integer.MAX_VALUE)
                          .maxNameLength(Integer.MAX_VALUE)
                          .build())
                  .build())
          .build();

  /** The response of the API server. */
  public record Answer(int code, String body, Class<? extends LenientlyRead> type) {

    public boolean isAccepted() {
      return code < 300;
    }

    /** The object as the operator reads it. */
    public LenientlyRead object() {
      return read(type);
    }

    public ObjectNode tree() {
      return read(ObjectNode.class);
    }

    /** The conditions as the operator reads them. */
    public List<Condition> conditions() {
      return switch (object()) {
        case NatsCluster cluster ->
            Optional.ofNullable(cluster.getStatus())
                .map(NatsClusterStatus::conditions)
                .orElse(List.of());
        case NatsServiceRole role ->
            Optional.ofNullable(role.getStatus())
                .map(NatsServiceRoleStatus::conditions)
                .orElse(List.of());
        default -> List.of();
      };
    }

    /** A condition; one without texts if it does not exist yet. */
    public Condition condition(String conditionType) {
      return conditions().stream()
          .filter(condition -> condition.getType().equals(conditionType))
          .findFirst()
          .orElseGet(Condition::new);
    }

    /** The start of the body of an error; empty without one. */
    public String error() {
      return isAccepted() ? "" : " " + body.substring(0, Math.min(400, body.length()));
    }

    private <T> T read(Class<T> as) {
      try {
        return JSON.readValue(body, as);
      } catch (JsonProcessingException e) {
        throw new AssertionError("the object cannot be read", e);
      }
    }
  }

  public static RawResource cluster(Sandbox sandbox, String name) {
    return of(sandbox, "natsclusters", name, NatsCluster.class);
  }

  public static RawResource role(Sandbox sandbox, String name) {
    return of(sandbox, "natsserviceroles", name, NatsServiceRole.class);
  }

  private static RawResource of(
      Sandbox sandbox, String plural, String name, Class<? extends LenientlyRead> type) {
    String url =
        "%sapis/nats.io/v1alpha2/namespaces/%s/%s/%s"
            .formatted(sandbox.client().getMasterUrl(), sandbox.namespace(), plural, name);
    return new RawResource(sandbox.client().getHttpClient(), url, name, type);
  }

  public boolean isCluster() {
    return type == NatsCluster.class;
  }

  public Answer get() {
    return send("GET", url, "", "");
  }

  /**
   * Replaces the spec. Unless the spec itself has the field, a cluster stays paused, and a role has
   * a list of subjects.
   */
  public Answer patchSpec(ObjectNode spec) {
    ObjectNode whole = spec.deepCopy();
    if (isCluster() && !whole.has("paused")) {
      whole.put("paused", true);
    } else if (!isCluster()
        && (!whole.has("permissions") || whole.path("permissions").has("allowResponses"))) {
      whole.withObject("/permissions").putArray("publish");
    }
    return patch(url, "spec", whole);
  }

  /** Replaces the status. */
  public Answer patchStatus(ObjectNode status) {
    return patch(url + "/status", "status", status);
  }

  public void annotate(String name, String value) {
    merge("{\"metadata\": {\"annotations\": {\"%s\": \"%s\"}}}".formatted(name, value));
  }

  public void delete() {
    send("DELETE", url, "application/json", "{}");
  }

  public void removeFinalizers() {
    merge("{\"metadata\": {\"finalizers\": null}}");
  }

  private void merge(String patch) {
    send("PATCH", url, "application/merge-patch+json", patch);
  }

  private Answer patch(String target, String part, ObjectNode value) {
    return send(
        "PATCH",
        target,
        "application/json-patch+json",
        "[{\"op\": \"add\", \"path\": \"/%s\", \"value\": %s}]"
            .formatted(part, SchemaExtremes.text(value)));
  }

  private Answer send(String method, String target, String contentType, String body) {
    var request = http.newHttpRequestBuilder().uri(target);
    request = method.equals("GET") ? request : request.method(method, contentType, body);
    HttpResponse<String> response = http.sendAsync(request.build(), String.class).join();
    return new Answer(response.code(), response.body(), type);
  }
}
