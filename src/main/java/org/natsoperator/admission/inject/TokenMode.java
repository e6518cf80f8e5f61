package org.natsoperator.admission.inject;

import org.natsoperator.api.NatsCluster;

/** How a cluster's clients prove who they are. */
public enum TokenMode {

  /** By the token in a Secret, which the operator issues. */
  BOUND_SECRET("BoundSecret"),

  /** By a token that the kubelet requests for each pod. */
  PROJECTED("Projected"),

  /** The cluster does not know ServiceAccounts. */
  NONE("None");

  private final String name;

  TokenMode(String name) {
    this.name = name;
  }

  /** All clusters that know ServiceAccounts compare tokens with those that were issued. */
  static TokenMode of(NatsCluster cluster) {
    return cluster.getSpec().auth().enableServiceAccounts() ? BOUND_SECRET : NONE;
  }

  /** As specs and annotations have it. */
  @Override
  public String toString() {
    return name;
  }
}
