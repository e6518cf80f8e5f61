package org.natsoperator.callout.connections;

import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import org.natsoperator.access.Identity;

/**
 * Changes of objects for which connections must be checked. An informer reports the events of all
 * namespaces one after another, so it does not wait for a check. Changes that arrive during a check
 * are checked together afterwards.
 */
public final class PendingChanges implements AutoCloseable {

  /**
   * What has changed since the last check.
   *
   * @param ended UIDs of deleted objects, and versions that ended
   * @param roles identities whose role changed
   * @param clusters UIDs of changed clusters
   */
  public record Changes(Set<String> ended, Set<Identity> roles, Set<String> clusters) {

    Changes() {
      this(new HashSet<>(), new HashSet<>(), new HashSet<>());
    }

    private boolean areNone() {
      return ended.isEmpty() && roles.isEmpty() && clusters.isEmpty();
    }

    /** Whether the connection of a login to a cluster must be checked. */
    public boolean concern(String clusterUid, ConnectionTags login) {
      return clusters.contains(clusterUid)
          || roles.contains(login.identity())
          || login.dependsOnAny(ended);
    }
  }

  private final Consumer<Changes> check;
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(Thread.ofVirtual().factory());
  private Changes pending = new Changes();

  /**
   * @param check checks the connections; its calls do not overlap
   */
  public PendingChanges(Consumer<Changes> check) {
    this.check = check;
  }

  /** An object with this UID was deleted, or this version ended. */
  public void ended(String uid) {
    add(changes -> changes.ended().add(uid));
  }

  /** The role of an identity changed. */
  public void roleChanged(Identity identity) {
    add(changes -> changes.roles().add(identity));
  }

  /** The cluster with this UID changed. */
  public void clusterChanged(String uid) {
    add(changes -> changes.clusters().add(uid));
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }

  private synchronized void add(Consumer<Changes> change) {
    if (pending.areNone()) {
      thread.execute(() -> check.accept(take()));
    }
    change.accept(pending);
  }

  private synchronized Changes take() {
    Changes taken = pending;
    pending = new Changes();
    return taken;
  }
}
