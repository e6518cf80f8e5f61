package org.natsoperator.testing;

import static org.natsoperator.testing.Manifests.CLUSTER;

/**
 * Manifests of clients without NATS configuration: a label, a ServiceAccount, and containers. Each
 * container publishes its name once on {@code greetings} as soon as it can, with the injected token
 * and variables.
 */
public final class Workloads {

  private Workloads() {}

  public static String pod(String name, String serviceAccount) {
    return object("v1", "Pod", name, labels(""), spec(serviceAccount, "Always", container(name)));
  }

  /** A pod with an init container before the others and a sidecar. */
  public static String podWithInitContainers(
      String init, String sidecar, String name, String serviceAccount) {
    String before = container(init).replace("; sleep 600", "");
    String sidecars = container(sidecar) + "  restartPolicy: Always\n";
    return pod(name, serviceAccount) + ("initContainers:\n" + before + sidecars).indent(2);
  }

  public static String deployment(String name, String serviceAccount) {
    return object(
        "apps/v1",
        "Deployment",
        name,
        "",
        ofPods(name, spec(serviceAccount, "Always", container(name))));
  }

  public static String statefulSet(String name, String serviceAccount) {
    String pods =
        "  serviceName: none\n" + ofPods(name, spec(serviceAccount, "Always", container(name)));
    return object("apps/v1", "StatefulSet", name, "", pods);
  }

  public static String job(String name, String serviceAccount) {
    return object(
        "batch/v1",
        "Job",
        name,
        "",
        template(name, spec(serviceAccount, "Never", container(name))));
  }

  private static String object(
      String version, String kind, String name, String labels, String spec) {
    return "apiVersion: %s\nkind: %s\nmetadata:\n  name: %s\n%sspec:\n%s"
        .formatted(version, kind, name, labels, spec);
  }

  private static String ofPods(String name, String spec) {
    return "  selector: {matchLabels: {is: %s}}\n".formatted(name) + template(name, spec);
  }

  private static String template(String name, String spec) {
    return "  template:\n    metadata:\n"
        + labels(", is: " + name).indent(4)
        + "    spec:\n"
        + spec.indent(4);
  }

  private static String labels(String others) {
    return "  labels: {nats_cluster: %s%s}\n".formatted(CLUSTER, others);
  }

  private static String spec(String serviceAccount, String restartPolicy, String containers) {
    return """
      serviceAccountName: %s
      terminationGracePeriodSeconds: 0
      restartPolicy: %s
      containers:
    """
            .formatted(serviceAccount, restartPolicy)
        + containers.indent(2);
  }

  private static String container(String name) {
    return """
    - name: %1$s
      image: natsio/nats-box:0.19.0
      command: [sh, -c, 'while true; do nats -s "$NATS_URL" --user "$NATS_USER" --password "$(cat "$NATS_TOKEN_FILE")" pub greetings %1$s && break; sleep 1; done; sleep 600']
    """
        .formatted(name);
  }
}
