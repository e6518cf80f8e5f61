package org.natsoperator.admission;

import org.natsoperator.role.ClusterReference;
import org.natsoperator.role.Identity;

/** Finds what the injector must know of the world. */
interface ClusterLookup {

  /** Whether the operator looks after this namespace; in others nobody ever issues a token. */
  boolean watches(String namespace);

  /**
   * Finds out in time for an answer; what could not be is uncertain and never an exception.
   *
   * @param client who wants to reach the cluster
   */
  ObservedClient find(Identity client, ClusterReference cluster);
}
