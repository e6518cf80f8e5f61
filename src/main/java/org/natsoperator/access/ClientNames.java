package org.natsoperator.access;

import org.natsoperator.api.NatsCluster;

/** The names of an identity on a cluster, which may not exist yet. */
public record ClientNames(Identity identity, String clusterNamespace, String cluster) {

  /** Suffix of the name of every token Secret; no cluster's name may end with it. */
  public static final String SECRET_SUFFIX = "-bound-token";

  private static final String SCHEME = "nats://";
  private static final String SERVICE = ".svc";

  /** The names of a cluster and of a namespace have at most 63 characters. */
  private static final int MAX_AUDIENCE = 150;

  /** The names of an identity on an existing cluster. */
  public static ClientNames of(Identity identity, NatsCluster cluster) {
    var meta = cluster.getMetadata();
    return new ClientNames(identity, meta.getNamespace(), meta.getName());
  }

  /** Name of the NATS user. */
  public String user() {
    return identity.userIn(clusterNamespace);
  }

  /**
   * Name of the Secret with the bound token, in the identity's namespace. For a cluster of another
   * namespace it contains a dot, which no cluster's name contains.
   */
  public String secret() {
    return identity.serviceAccount()
        + "-"
        + cluster
        + (identity.isAtHomeIn(clusterNamespace) ? "" : "." + clusterNamespace)
        + SECRET_SUFFIX;
  }

  /** Audience of every token: the cluster's client Service. */
  public String audience() {
    return audience(clusterNamespace, cluster);
  }

  /** Audience of every token for an existing cluster. */
  public static String audienceOf(NatsCluster cluster) {
    return audience(cluster.getMetadata().getNamespace(), cluster.getMetadata().getName());
  }

  /** Whether a text has the form of {@link #audience}. */
  public static boolean isAudience(String text) {
    return text != null
        && text.length() <= MAX_AUDIENCE
        && text.startsWith(SCHEME)
        && text.endsWith(SERVICE);
  }

  private static String audience(String namespace, String name) {
    return SCHEME + name + "." + namespace + SERVICE;
  }
}
