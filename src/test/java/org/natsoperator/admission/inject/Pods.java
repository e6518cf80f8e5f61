package org.natsoperator.admission.inject;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.natsoperator.access.ClientNames;
import org.natsoperator.access.ClusterReference;
import org.natsoperator.access.Identity;
import org.natsoperator.admission.review.AdmissionRequest;
import org.natsoperator.admission.review.AdmissionRequestFixture;
import org.natsoperator.admission.review.AdmissionReviewReader;
import org.natsoperator.admission.review.HttpError;
import org.natsoperator.admission.server.HostileBodies;

/** Pods as the API server sends them, admission requests for them, and their patches. */
public final class Pods {

  private static final ObjectMapper JSON = new ObjectMapper();

  private Pods() {}

  /**
   * A labeled pod of the ServiceAccount nats-user. The parameter is its spec as one line of YAML.
   */
  public static ObjectNode withSpec(String spec) {
    ObjectNode pod =
        yaml(
            "{apiVersion: v1, kind: Pod, metadata: {labels: {nats_cluster: example-nats}}, spec: %s}"
                .formatted(spec));
    pod.withObject("/spec").put("serviceAccountName", "nats-user");
    return pod;
  }

  /** A pod with one container and this annotation. */
  static ObjectNode annotated(String name, String value) {
    ObjectNode pod = withSpec("{containers: [{name: app, image: app}]}");
    pod.withObject("/metadata/annotations").put(name, value);
    return pod;
  }

  static ObjectNode yaml(String text) {
    return JSON.valueToTree(Serialization.unmarshal("---\n" + text, Map.class));
  }

  public static AdmissionRequest created(JsonNode pod) {
    return created(pod, "nats-io");
  }

  public static AdmissionRequest created(JsonNode pod, String namespace) {
    return request("CREATE", "", namespace, pod, MissingNode.getInstance());
  }

  /** Like {@link #created}, but contains only the fields that the reader keeps. */
  static AdmissionRequest createdAndRead(JsonNode pod) {
    AdmissionRequest request = created(pod);
    String template =
        "\"uid\": \"%s\", \"operation\": \"CREATE\", \"namespace\": \"%s\", \"kind\": {\"kind\":"
            + " \"Pod\"}, \"object\": %s";
    byte[] text =
        HostileBodies.review(template.formatted(request.uid(), request.namespace(), pod))
            .getBytes(StandardCharsets.UTF_8);
    try {
      return AdmissionReviewReader.read(text, text.length, PodView.PARTS);
    } catch (HttpError e) {
      throw new IllegalArgumentException(e);
    }
  }

  static AdmissionRequest debugged(JsonNode pod, JsonNode before) {
    return request("UPDATE", "ephemeralcontainers", "nats-io", pod, before);
  }

  static AdmissionRequest request(
      String operation, String subresource, String namespace, JsonNode pod, JsonNode before) {
    return AdmissionRequestFixture.of(operation, subresource, "Pod", pod, before)
        .namespace(namespace)
        .build();
  }

  /**
   * The clusters that a pod references. The first has the given token mode, the next one the next
   * mode.
   */
  static List<ResolvedCluster> clusters(InjectionOptions options, TokenMode first) {
    List<ResolvedCluster> clusters = new ArrayList<>();
    for (ClusterReference reference : options.clusters()) {
      TokenMode mode =
          TokenMode.values()[(first.ordinal() + clusters.size()) % TokenMode.values().length];
      clusters.add(cluster(reference, mode));
    }
    return clusters;
  }

  static ResolvedCluster cluster(ClusterReference reference, TokenMode mode) {
    ClientNames client =
        new ClientNames(
            new Identity("nats-io", "nats-user"),
            reference.namespace().orElse("nats-io"),
            reference.name());
    return new ResolvedCluster(client, mode, TokenExpiration.DEFAULT, List.of());
  }

  /**
   * Returns the patched pod. Two implementations of JSON Patch must agree. The pod itself does not
   * change.
   */
  public static ObjectNode patched(JsonNode pod, List<JsonNode> patch) {
    JsonNode copy = pod.deepCopy();
    JsonNode byLibrary =
        io.fabric8.zjsonpatch.JsonPatch.apply(JSON.createArrayNode().addAll(patch), pod);
    patch.forEach(operation -> add(copy, operation));
    assertThat(byLibrary).isEqualTo(copy);
    return read(copy.toString());
  }

  public static ObjectNode read(String json) {
    try {
      return (ObjectNode) JSON.readTree(json);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e);
    }
  }

  /** RFC 6902, limited to operations of the injector: add a missing field, append to a list. */
  private static void add(JsonNode pod, JsonNode operation) {
    assertThat(operation.path("op").asText()).isEqualTo("add");
    assertThat(operation).hasSize(3);
    String path = operation.path("path").asText();
    int slash = path.lastIndexOf('/');
    JsonNode parent = pod.at(path.substring(0, slash));
    String last = path.substring(slash + 1).replace("~1", "/").replace("~0", "~");
    if (parent instanceof ArrayNode list) {
      assertThat(last).isEqualTo("-");
      list.add(operation.path("value").deepCopy());
    } else {
      assertThat(parent.hasNonNull(last)).as(path + " exists already").isFalse();
      ((ObjectNode) parent).set(last, operation.path("value").deepCopy());
    }
  }
}
