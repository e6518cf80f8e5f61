package org.natsoperator.bench;

import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;

/** Objects as YAML. */
record Manifest(String yaml) {

  static Manifest of(String yaml) {
    return new Manifest(yaml);
  }

  static Manifest namespace(String name) {
    return of(
        """
        apiVersion: v1
        kind: Namespace
        metadata: {name: %s}
        """
            .formatted(name));
  }

  /** A ServiceAccount and its role. Both roles may publish greetings and replies. */
  static Manifest roleWithAccount(
      String namespace, String name, String cluster, String... subscribe) {
    return of(
        """
        apiVersion: v1
        kind: ServiceAccount
        metadata: {name: %1$s, namespace: %2$s}
        ---
        apiVersion: nats.io/v1alpha2
        kind: NatsServiceRole
        metadata: {name: %1$s, namespace: %2$s, labels: {nats_cluster: %3$s}}
        spec: {permissions: {publish: ["greetings", "_INBOX.>"], subscribe: ["%4$s"]}}
        """
            .formatted(name, namespace, cluster, String.join("\", \"", subscribe)));
  }

  /** The same role, for a cluster of this namespace. */
  Manifest ofClusterIn(String namespace) {
    return of(
        yaml.replace(
            "labels:",
            "annotations: {nats.io/cluster-namespace: %s}, labels:".formatted(namespace)));
  }

  void applyTo(KubernetesClient client) {
    client
        .load(new ByteArrayInputStream(yaml.getBytes(StandardCharsets.UTF_8)))
        .resources()
        .forEach(resource -> resource.forceConflicts().serverSideApply());
  }
}
