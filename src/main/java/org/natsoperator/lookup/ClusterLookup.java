package org.natsoperator.lookup;

import org.natsoperator.access.ClusterReference;
import org.natsoperator.access.Identity;

/** Finds what the injector must know of the world. */
public interface ClusterLookup {

  /** Whether the operator looks after this namespace; in others nobody ever issues a token. */
  boolean watches(String namespace);

  /**
   * Finds out in time for an answer; what could not be is uncertain and never an exception.
   *
   * @param client who wants to reach the cluster
   */
  ObservedClient find(Identity client, ClusterReference cluster);
}
