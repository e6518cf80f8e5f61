package org.natsoperator.testing;

import java.util.List;
import java.util.regex.Matcher;

/** Manifests as users write them. */
public final class Manifests {

  /** The name of the cluster of {@link #cluster()}. */
  public static final String CLUSTER = "example-nats";

  private Manifests() {}

  public static String cluster() {
    return cluster(3, "2.15.3");
  }

  public static String cluster(int size, String version) {
    return cluster(
        """
        size: %d
        version: "%s"
        pod: {enableConfigReload: true}
        auth: {enableServiceAccounts: true}
        """
            .formatted(size, version));
  }

  /** A cluster without the sidecar that reloads the configuration. */
  public static String withoutSidecar(int size, String version) {
    return cluster(
        """
        size: %d
        version: "%s"
        auth: {enableServiceAccounts: true}
        """
            .formatted(size, version));
  }

  public static String cluster(String spec) {
    return cluster(CLUSTER, spec);
  }

  public static String cluster(String name, String spec) {
    return """
    apiVersion: nats.io/v1alpha2
    kind: NatsCluster
    metadata:
      name: %s
    spec:
    %s\
    """
        .formatted(name, spec.indent(2));
  }

  public static String serviceAccount(String name) {
    return """
    apiVersion: v1
    kind: ServiceAccount
    metadata:
      name: %s
    """
        .formatted(name);
  }

  /** A role for the cluster that may publish and subscribe to these subjects. */
  public static String role(String name, String... subjects) {
    return role(name, CLUSTER, List.of(subjects), List.of(subjects));
  }

  public static String role(
      String name, String cluster, List<String> publish, List<String> subscribe) {
    return """
    apiVersion: nats.io/v1alpha2
    kind: NatsServiceRole
    metadata:
      name: %s
      labels: {nats_cluster: %s}
    spec:
      permissions:
        publish: %s
        subscribe: %s
    """
        .formatted(name, cluster, quoted(publish), quoted(subscribe));
  }

  /** The manifest with the annotation for the namespace of its cluster. */
  public static String inClusterNamespace(String namespace, String manifest) {
    return manifest.replaceFirst(
        "metadata:\n",
        Matcher.quoteReplacement(
            "metadata:\n  annotations: {nats.io/cluster-namespace: %s}\n".formatted(namespace)));
  }

  private static List<String> quoted(List<String> subjects) {
    return subjects.stream().map(subject -> "'" + subject + "'").toList();
  }
}
