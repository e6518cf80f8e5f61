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

  /** Every cluster with ServiceAccounts compares tokens with the issued ones. */
  static TokenMode of(NatsCluster cluster) {
    return cluster.getSpec().auth().enableServiceAccounts() ? BOUND_SECRET : NONE;
  }

  /** Returns the value in specs and annotations. */
  @Override
  public String toString() {
    return name;
  }
}
