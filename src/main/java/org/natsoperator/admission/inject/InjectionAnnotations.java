package org.natsoperator.admission.inject;

import java.util.List;
import org.natsoperator.api.NatsApi;

/**
 * What a client pod may say beside the label {@value NatsApi#CLUSTER_LABEL} and the annotation
 * {@value NatsApi#CLUSTER_NAMESPACE_ANNOTATION}, and what it is told.
 */
public final class InjectionAnnotations {

  /** Label, of a namespace too: {@code "false"} or {@code disabled} to be left alone. */
  public static final String INJECT = "nats.io/inject";

  /**
   * Further clusters, {@code name} or {@code namespace/name}, separated by commas. Each token, that
   * of the label's cluster too, then lies in a folder of its own: {@code <cluster>/token}.
   */
  static final String CLUSTERS = "nats.io/clusters";

  /** Names of the containers to wire, separated by commas; no other gets a token. */
  static final String INJECT_CONTAINERS = "nats.io/inject-containers";

  /** Names of the containers to leave alone, separated by commas. */
  static final String SKIP_CONTAINERS = "nats.io/skip-containers";

  /** How long each of the kubelet's tokens is valid: {@code 90m}, {@code 1h30m} or seconds. */
  static final String TOKEN_LIFETIME = "nats.io/token-lifetime";

  /** {@code "false"}: no environment variables. */
  static final String INJECT_ENV = "nats.io/inject-env";

  /** Group that may read the files in the pod's volumes, if the pod has none: its number. */
  static final String FS_GROUP = "nats.io/fs-group";

  /**
   * Written by the injector: the clusters that the pod was wired for and how it gets their tokens,
   * {@code <namespace>/<cluster>=<way>}, separated by commas.
   */
  public static final String INJECTED = "nats.io/injected";

  /** All that a pod may say. */
  public static final List<String> ASKED =
      List.of(
          NatsApi.CLUSTER_NAMESPACE_ANNOTATION,
          CLUSTERS,
          INJECT_CONTAINERS,
          SKIP_CONTAINERS,
          TOKEN_LIFETIME,
          INJECT_ENV,
          FS_GROUP);

  private InjectionAnnotations() {}

  /** Path of an annotation, for messages. */
  public static String field(String annotation) {
    return "metadata.annotations." + annotation;
  }
}
