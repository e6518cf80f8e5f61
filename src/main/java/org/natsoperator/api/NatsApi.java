package org.natsoperator.api;

/** Group, version and labels that the kinds share. Manifests for the Go operator depend on them. */
public final class NatsApi {

  public static final String GROUP = "nats.io";
  public static final String VERSION = "v1alpha2";

  /** Category of both kinds, for {@code kubectl get nats-all}. */
  static final String CATEGORY = "nats-all";

  /** Label with a cluster's name, on the cluster's objects, roles and client pods. */
  public static final String CLUSTER_LABEL = "nats_cluster";

  /**
   * Label with the value {@link #APP} on every object that the operator creates, never on a client
   * pod.
   */
  public static final String APP_LABEL = "app";

  public static final String APP = "nats";

  /** Annotation on a role or client pod: the namespace of its cluster if it is another one. */
  public static final String CLUSTER_NAMESPACE_ANNOTATION = "nats.io/cluster-namespace";

  /**
   * Annotation on a role, or on a cluster for all its roles: each new value requests new tokens.
   */
  public static final String REISSUE_ANNOTATION = "nats.io/reissue";

  /** Annotation that the operator sets on client pods whose Secret has a new token. */
  public static final String TOKEN_ISSUED_ANNOTATION = "nats.io/token-issued";

  /**
   * Annotation on a cluster: each new value restarts its servers, one at a time. The value is an
   * annotation of the server pods too, as with {@code kubectl rollout restart}.
   */
  public static final String RESTART_ANNOTATION = "nats.io/restartedAt";

  /**
   * Annotation on a cluster or role with the value {@link #PROTECTED}: an admission policy of the
   * chart rejects its deletion.
   */
  public static final String PROTECTION_ANNOTATION = "nats.io/deletion-protection";

  /** The only value of {@link #PROTECTION_ANNOTATION} with an effect. */
  public static final String PROTECTED = "true";

  /** Annotation on a cluster: each new value requests new keys of its auth callout. */
  public static final String RENEW_KEYS_ANNOTATION = "nats.io/renew-keys";

  /**
   * Annotation on a cluster, with any value: a change back to tokens of Secrets does not wait for
   * pods with projected tokens.
   */
  public static final String FORCE_SWITCH_ANNOTATION = "nats.io/force-token-switch";

  /** Field manager of everything that the operator applies. */
  public static final String FIELD_MANAGER = "nats-operator";

  /** Pattern of a label of RFC 1123, such as the name of a namespace. */
  public static final String DNS_LABEL = "^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$";

  /** Maximum length of a condition's message, in characters (metav1.Condition of Kubernetes). */
  public static final int MAX_CONDITION_MESSAGE = 32_768;

  private NatsApi() {}
}
