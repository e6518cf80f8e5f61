package org.natsoperator.role;

/** The names of an identity on a cluster, which may not exist yet. */
public record ClusterClient(Identity identity, String clusterNamespace, String cluster) {

  /** Name of the NATS user. */
  public String user() {
    return identity.userIn(clusterNamespace);
  }

  /** Name of the Secret with the bound token, in the identity's namespace. */
  public String secret() {
    return TokenSecret.nameFor(identity, clusterNamespace, cluster);
  }

  /** Audience of every token. */
  public String audience() {
    return Claims.audience(clusterNamespace, cluster);
  }
}
