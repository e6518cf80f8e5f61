package org.natsoperator.admission.inject;

import org.natsoperator.api.NatsCluster;

/** How the clients of a cluster authenticate. */
public enum TokenMode {

  /** The operator issues the token in a Secret. */
  BOUND_SECRET("BoundSecret"),

  /** The kubelet requests a token for each pod. */
  PROJECTED("Projected"),

  /** Authentication by ServiceAccount is disabled. */
  NONE("None");

  private final String name;

  TokenMode(String name) {
    this.name = name;
  }

  /** The mode of a new client pod. */
  static TokenMode of(NatsCluster cluster) {
    if (!cluster.getSpec().auth().enableServiceAccounts()) {
      return NONE;
    }
    return cluster.injectsProjectedTokens() ? PROJECTED : BOUND_SECRET;
  }

  /** Returns the value in specs and annotations. */
  @Override
  public String toString() {
    return name;
  }
}
