package org.natsoperator.lookup;

import org.natsoperator.access.ClusterReference;
import org.natsoperator.access.Identity;

/** Finds the state that the injector needs. */
public interface ClusterLookup {

  /** Whether the operator watches this namespace; in others no token is ever issued. */
  boolean watches(String namespace);

  /** Looks up the state within the deadline; the result is uncertain instead of an exception. */
  ObservedClient find(Identity client, ClusterReference cluster);
}
