package org.natsoperator.bench;

import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.natsoperator.api.AuthPolicy;
import org.natsoperator.testing.PodTokens;

/**
 * Clusters with very many clients. Each namespace has roles for one cluster, which is in another
 * namespace or in the same one. The pods are injected and have a scheduling gate, so that nothing
 * runs them.
 *
 * @param clusters cluster {@code c} is in namespace {@code c} and admits each {@code clusters}-th
 * @param roles spread over the namespaces, each with its own ServiceAccount
 * @param accounts all ServiceAccounts, of which most have no role
 * @param pods spread over the roles
 * @param crowd more pods, spread over the roles of the first namespace
 * @param tokens source of the pods' tokens: {@link AuthPolicy#BOUND_SECRET} or {@link
 *     AuthPolicy#PROJECTED}
 */
record LargeFleet(
    KubernetesClient client,
    int clusters,
    int namespaces,
    int roles,
    int accounts,
    int pods,
    int crowd,
    String tokens) {

  static final String CLUSTER = "nats";

  private static final String NAMESPACE =
      """
      {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "%s"}}
      """;

  private static final String NATS_CLUSTER =
      """
      {"apiVersion": "nats.io/v1alpha2", "kind": "NatsCluster", "metadata": {"name": "%s"},
       "spec": {"size": 1, "version": "2.15.3", "pod": {"enableConfigReload": true},
                "auth": {"enableServiceAccounts": true, "serviceAccountTokens": "%s",
                         "allowedNamespaces": ["%s"]}}}
      """;

  private static final String ACCOUNT =
      """
      {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "%s"}}
      """;

  private static final String ROLE =
      """
      {"apiVersion": "nats.io/v1alpha2", "kind": "NatsServiceRole",
       "metadata": {"name": "%s", "labels": {"nats_cluster": "%s"},
                    "annotations": {"nats.io/cluster-namespace": "%s"}},
       "spec": {"permissions": {"publish": ["greetings", "_INBOX.>"], "subscribe": ["%s"]}}}
      """;

  /** The parts of an injected pod that the operator reads. */
  private static final String POD =
      """
      {"apiVersion": "v1", "kind": "Pod",
       "metadata": {"name": "pod-%d", "labels": {"nats_cluster": "%s"},
                    "annotations": {"nats.io/cluster-namespace": "%s",
                                    "nats.io/injected": "%3$s/%2$s=%s"}},
       "spec": {"serviceAccountName": "%s", "schedulingGates": [{"name": "example.com/never"}],
                "containers": [{"name": "app", "image": "registry.example.com/app:1.0",
                                "volumeMounts": [{"name": "nats-token", "readOnly": true,
                                                  "mountPath": "/var/run/secrets/nats.io"}]}],
                "volumes": [{"name": "nats-token", %s}]}}
      """;

  private static final String SECRET =
      """
      "secret": {"secretName": "%s-%s%s-bound-token"}\
      """;

  private static final String PROJECTED =
      """
      "projected": {"sources": [{"serviceAccountToken": {"path": "token",
                                                         "audience": "nats://%s.%s.svc"}}]}\
      """;

  void createNamespaces() throws Exception {
    all(namespaces, i -> post("/api/v1/namespaces", NAMESPACE.formatted(namespace(i))));
  }

  void createAccounts() throws Exception {
    all(
        accounts,
        i ->
            post(
                "/api/v1/namespaces/%s/serviceaccounts".formatted(namespace(i)),
                ACCOUNT.formatted(account(i))));
  }

  void createRoles() throws Exception {
    all(
        roles,
        i ->
            post(
                "/apis/nats.io/v1alpha2/namespaces/%s/natsserviceroles".formatted(namespace(i)),
                ROLE.formatted(account(i), CLUSTER, clusterNamespace(i), "subject." + i)));
  }

  void createPods() throws Exception {
    all(pods, i -> createPod(i, i % roles));
    int rolesOfFirst = (roles + namespaces - 1) / namespaces;
    all(crowd, i -> createPod(pods + i, i % rolesOfFirst * namespaces));
  }

  void createClusters() throws Exception {
    all(
        clusters,
        i ->
            post(
                "/apis/nats.io/v1alpha2/namespaces/%s/natsclusters".formatted(namespace(i)),
                NATS_CLUSTER.formatted(CLUSTER, tokens, admitted(i))));
  }

  /** Whether the pods have tokens of their own, instead of a Secret for each role. */
  boolean hasPodTokens() {
    return tokens.equals(AuthPolicy.PROJECTED);
  }

  /** A new token of a pod, which the kubelet would request. */
  String tokenOfPod(int pod) {
    int role = pod % roles;
    return PodTokens.of(
        client,
        namespace(role),
        account(role),
        "pod-" + pod,
        List.of("nats://%s.%s.svc".formatted(CLUSTER, clusterNamespace(role))));
  }

  /** The number of roles of a cluster. */
  long rolesOf(int cluster) {
    return IntStream.range(0, roles).filter(i -> i % namespaces % clusters == cluster).count();
  }

  static String account(int i) {
    return "account-" + i;
  }

  private void createPod(int i, int role) {
    String home = clusterNamespace(role);
    post(
        "/api/v1/namespaces/%s/pods".formatted(namespace(role)),
        POD.formatted(i, CLUSTER, home, tokens, account(role), volume(role)));
  }

  private String volume(int role) {
    String home = clusterNamespace(role);
    String suffix = home.equals(namespace(role)) ? "" : "." + home;
    return hasPodTokens()
        ? PROJECTED.formatted(CLUSTER, home)
        : SECRET.formatted(account(role), CLUSTER, suffix);
  }

  private String admitted(int cluster) {
    return IntStream.range(0, namespaces)
        .filter(i -> i != cluster && i % clusters == cluster)
        .mapToObj(this::namespace)
        .collect(Collectors.joining("\", \""));
  }

  private String clusterNamespace(int role) {
    return namespace(role % namespaces % clusters);
  }

  /** The namespace of cluster, role or ServiceAccount number {@code i}. */
  String namespace(int i) {
    return "team-" + i % namespaces;
  }

  /** Without parsing of manifests and responses: the test shares its processors with others. */
  private void post(String path, String object) {
    client.raw(path, "POST", object);
  }

  private interface Creation {
    void of(int i);
  }

  private static void all(int count, Creation creation) throws Exception {
    List<Tasks.Task> tasks = new ArrayList<>();
    IntStream.range(0, count).forEach(i -> tasks.add(() -> creation.of(i)));
    Tasks.all(tasks);
  }
}
