package org.natsoperator.api;

/**
 * Group, version and labels that the kinds share: the contract with manifests written for the Go
 * operator.
 */
public final class NatsApi {

  public static final String GROUP = "nats.io";
  public static final String VERSION = "v1alpha2";

  /**
   * Label of everything made for a cluster, of the roles that belong to it and of its client pods.
   */
  public static final String CLUSTER_LABEL = "nats_cluster";

  /**
   * With the value {@link #APP}: label of everything that the operator makes, never of a client
   * pod.
   */
  public static final String APP_LABEL = "app";

  public static final String APP = "nats";

  /**
   * Annotation of a role, and of a client pod, that means a cluster of another namespace: that
   * namespace.
   */
  public static final String CLUSTER_NAMESPACE_ANNOTATION = "nats.io/cluster-namespace";

  /** Annotation of a role whose every new value asks for another token. */
  public static final String REISSUE_ANNOTATION = "nats.io/reissue";

  /** Pattern of a label of RFC 1123, such as the name of a namespace. */
  public static final String DNS_LABEL = "^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$";

  private NatsApi() {}
}
