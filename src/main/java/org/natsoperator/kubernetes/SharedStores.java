package org.natsoperator.kubernetes;

import java.util.Set;

/**
 * Where a cache of ours may be used. The SDK makes an informer for each namespace that is watched
 * and gives all of them the one item store of their kind; an informer takes whatever is in its
 * store and not in its own list for deleted, so they would throw out each other's objects. Where
 * several namespaces are watched each informer has the SDK's own store, which costs memory alone.
 */
public final class SharedStores {

  private SharedStores() {}

  /**
   * Whether a store would be shared.
   *
   * @param watched namespaces as the SDK has them: one entry also for all of them
   */
  public static boolean wouldBe(Set<String> watched) {
    return watched.size() > 1;
  }
}
