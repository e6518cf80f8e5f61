package org.natsoperator.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The largest objects that a tenant can create in one namespace and that the operator lists. Many
 * annotations also give an object many {@code managedFields}.
 */
record HostileObjects(KubernetesClient client, String namespace) {

  /** In all of them together; the API server permits 256 KiB for an object. */
  private static final int BYTES_OF_ANNOTATIONS = 240_000;

  private static final int ANNOTATIONS = 500;
  private static final int BYTES_OF_SECRET = 1 << 20;
  private static final int BYTES_OF_POD = 900_000;
  private static final long TOO_LARGE = 3_000_000_000L;
  private static final String DEEP = "{\"a\":".repeat(1_200) + "1" + "}".repeat(1_200);
  private static final String SERVICE = "{\"ports\": [{\"port\": 1}]}";
  private static final String STATEFUL_SET =
      """
      {"replicas": 0, "selector": {"matchLabels": {"a": "b"}}, "template": {"metadata": {"labels": {"a": "b"}},
       "spec": {"containers": [{"name": "a", "image": "a"}]}}}\
      """;
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Secrets with the operator's labels: half of them have names of token Secrets. */
  void createSecrets(int from, int to) throws Exception {
    String megabyte = Base64.getEncoder().encodeToString(new byte[BYTES_OF_SECRET - 1]);
    each(
        from,
        to,
        i -> {
          ObjectNode secret = labelled("v1", "Secret", i % 2 == 0 ? i + "-a-bound-token" : "s" + i);
          ((ObjectNode) secret.at("/metadata/labels")).put("app", "nats");
          secret.putObject("data").put("token", megabyte);
          post("/api/v1", "secrets", secret);
        });
  }

  void createServiceAccounts(int from, int to) throws Exception {
    each(
        from,
        to,
        i ->
            post("/api/v1", "serviceaccounts", annotated(object("v1", "ServiceAccount", "a" + i))));
  }

  /** Pods of clients without a token, which the operator reports. */
  void createClientPods(int from, int to) throws Exception {
    each(
        from,
        to,
        i -> {
          post("/api/v1", "pods", withContainer(annotated(labelled("v1", "Pod", "p" + i))));
        });
  }

  /** Pods with the labels of servers, as a StatefulSet of the tenant has them. */
  void createServerPods(int from, int to) throws Exception {
    String value = "a".repeat(BYTES_OF_POD);
    each(
        from,
        to,
        i -> {
          ObjectNode pod = withContainer(labelled("v1", "Pod", "a-" + i));
          ((ObjectNode) pod.at("/metadata/labels")).put("app", "nats");
          ((ObjectNode) pod.at("/spec/containers/0"))
              .putArray("env")
              .addObject()
              .put("name", "A")
              .put("value", value);
          post("/api/v1", "pods", pod);
        });
  }

  /** Services and StatefulSets with the labels of those that the operator creates. */
  void createChildren(int from, int to) throws Exception {
    each(
        from,
        to,
        i -> {
          post("/api/v1", "services", child("v1", "Service", i, SERVICE));
          post("/apis/apps/v1", "statefulsets", child("apps/v1", "StatefulSet", i, STATEFUL_SET));
        });
  }

  private ObjectNode child(String apiVersion, String kind, int i, String spec) throws IOException {
    ObjectNode child = annotated(labelled(apiVersion, kind, "a" + i));
    ((ObjectNode) child.at("/metadata/labels")).put("app", "nats");
    return child.set("spec", JSON.readTree(spec));
  }

  void createClusters(int from, int to) throws Exception {
    each(
        from,
        to,
        i -> {
          ObjectNode cluster = annotated(object("nats.io/v1alpha2", "NatsCluster", "c" + i));
          cluster.putObject("spec").put("size", 1);
          post("/apis/nats.io/v1alpha2", "natsclusters", cluster);
        });
  }

  void createRoles(int from, int to) throws Exception {
    each(
        from,
        to,
        i -> {
          ObjectNode role = annotated(labelled("nats.io/v1alpha2", "NatsServiceRole", "a" + i));
          role.putObject("spec").putObject("permissions").putArray("publish").add("foo");
          post("/apis/nats.io/v1alpha2", "natsserviceroles", role);
        });
  }

  /** While such a cluster exists, each replica watches client pods. */
  void createProjectedCluster() {
    ObjectNode cluster = object("nats.io/v1alpha2", "NatsCluster", "projected");
    cluster.putObject("spec").put("size", 1).put("paused", true).put("version", "2.15.3");
    ((ObjectNode) cluster.get("spec"))
        .putObject("auth")
        .put("enableServiceAccounts", true)
        .put("serviceAccountTokens", "Projected");
    post("/apis/nats.io/v1alpha2", "natsclusters", cluster);
  }

  /** A cluster with a size that only an older CRD admits. */
  void createHugeCluster() {
    ObjectNode cluster = object("nats.io/v1alpha2", "NatsCluster", "huge");
    cluster.putObject("spec").put("size", 2_000_000_000);
    post("/apis/nats.io/v1alpha2", "natsclusters", cluster);
  }

  /**
   * A cluster that a finalizer holds while it is being deleted, with values that do not fit into
   * Java's types.
   */
  void createUnreadableCluster() {
    ObjectNode cluster = object("nats.io/v1alpha2", "NatsCluster", "unreadable");
    ((ObjectNode) cluster.get("metadata")).putArray("finalizers").add("example.com/held");
    ObjectNode spec = cluster.putObject("spec").put("size", TOO_LARGE);
    spec.putObject("natsConfig").put("maxConnections", TOO_LARGE);
    spec.putRawValue("template", new RawValue(DEEP));
    post("/apis/nats.io/v1alpha2", "natsclusters", cluster);
    client.raw(
        "/apis/nats.io/v1alpha2/namespaces/%s/natsclusters/unreadable".formatted(namespace),
        "DELETE",
        null);
  }

  /** Pods of clients, each for another cluster that does not exist. */
  void createPodsOfMissingClusters(int count) throws Exception {
    each(
        0,
        count,
        i -> {
          ObjectNode pod = labelled("v1", "Pod", "missing-" + i);
          ((ObjectNode) pod.at("/metadata/labels")).put("nats_cluster", "missing-" + i);
          post("/api/v1", "pods", withContainer(pod));
        });
  }

  /** A dry run with this number of invalid subjects, which only an older CRD admits. */
  void createRoleWithErrors(int errors) {
    ObjectNode role = labelled("nats.io/v1alpha2", "NatsServiceRole", "errors");
    ArrayNode publish = role.putObject("spec").putObject("permissions").putArray("publish");
    IntStream.range(0, errors).forEach(i -> publish.add(""));
    post("/apis/nats.io/v1alpha2", "natsserviceroles?dryRun=All", role);
  }

  ObjectNode object(String apiVersion, String kind, String name) {
    ObjectNode object = JSON.createObjectNode().put("apiVersion", apiVersion).put("kind", kind);
    object.putObject("metadata").put("name", name).put("namespace", namespace);
    return object;
  }

  ObjectNode labelled(String apiVersion, String kind, String name) {
    ObjectNode object = object(apiVersion, kind, name);
    ((ObjectNode) object.get("metadata")).putObject("labels").put("nats_cluster", "a");
    return object;
  }

  static ObjectNode withContainer(ObjectNode pod) {
    pod.putObject("spec").putArray("containers").addObject().put("name", "a").put("image", "a");
    return pod;
  }

  private static ObjectNode annotated(ObjectNode object) {
    ObjectNode annotations = ((ObjectNode) object.get("metadata")).putObject("annotations");
    String value = "a".repeat(BYTES_OF_ANNOTATIONS / ANNOTATIONS - 30);
    IntStream.range(0, ANNOTATIONS)
        .forEach(i -> annotations.put("annotation.example.com/n-%06d".formatted(i), value));
    return object;
  }

  void post(String api, String kinds, JsonNode object) {
    client.raw("%s/namespaces/%s/%s".formatted(api, namespace, kinds), "POST", object.toString());
  }

  interface Creation {
    void of(int i) throws Exception;
  }

  static void each(int from, int to, Creation creation) throws Exception {
    List<Tasks.Task> tasks = new ArrayList<>();
    IntStream.range(from, to).forEach(i -> tasks.add(() -> creation.of(i)));
    Tasks.all(tasks);
  }
}
