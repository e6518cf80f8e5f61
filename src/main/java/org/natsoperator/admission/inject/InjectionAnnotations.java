package org.natsoperator.admission.inject;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.natsoperator.api.NatsApi;

/**
 * Options of a client pod in addition to the label {@value NatsApi#CLUSTER_LABEL} and the
 * annotation {@value NatsApi#CLUSTER_NAMESPACE_ANNOTATION}.
 */
public final class InjectionAnnotations {

  /** Label of a pod or namespace: {@code "false"} or {@code disabled} to opt out. */
  public static final String INJECT = "nats.io/inject";

  /**
   * Further clusters, {@code name} or {@code namespace/name}, separated by commas. Each token is
   * then in its own folder, also that of the label's cluster: {@code <cluster>/token}.
   */
  static final String CLUSTERS = "nats.io/clusters";

  /** Names of the containers to inject, separated by commas; the others get no token. */
  static final String INJECT_CONTAINERS = "nats.io/inject-containers";

  /** Names of the containers to skip, separated by commas. */
  static final String SKIP_CONTAINERS = "nats.io/skip-containers";

  /** Lifetime of each token of the kubelet: {@code 90m}, {@code 1h30m} or seconds. */
  static final String TOKEN_LIFETIME = "nats.io/token-lifetime";

  /** {@code "false"}: no environment variables. */
  static final String INJECT_ENV = "nats.io/inject-env";

  /** Number of the group that may read the pod's volumes, unless the pod sets one. */
  static final String FS_GROUP = "nats.io/fs-group";

  /**
   * Set by the injector: the clusters and how the pod gets their tokens, {@code
   * <namespace>/<cluster>=<mode>}, separated by commas.
   */
  public static final String INJECTED = "nats.io/injected";

  /** All annotations that a user may set. */
  public static final List<String> ASKED =
      List.of(
          NatsApi.CLUSTER_NAMESPACE_ANNOTATION,
          CLUSTERS,
          INJECT_CONTAINERS,
          SKIP_CONTAINERS,
          TOKEN_LIFETIME,
          INJECT_ENV,
          FS_GROUP);

  /** These, and those that the operator sets. */
  static final Set<String> KNOWN =
      Stream.concat(ASKED.stream(), Stream.of(INJECTED, NatsApi.TOKEN_ISSUED_ANNOTATION))
          .collect(Collectors.toUnmodifiableSet());

  private InjectionAnnotations() {}

  /** Returns the field path of an annotation. */
  public static String field(String annotation) {
    return "metadata.annotations." + annotation;
  }
}
