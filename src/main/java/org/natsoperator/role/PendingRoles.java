package org.natsoperator.role;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.natsoperator.api.NatsServiceRole;

/** The time since when each role is in a state that usually ends soon. */
final class PendingRoles {

  /** A role that was deleted in this state is never removed. After this time it is forgotten. */
  private static final Duration REMEMBERED = Duration.ofHours(1);

  private final Map<String, Instant> sinceByUid = new ConcurrentHashMap<>();

  /** Whether the role has been in the state for this time; the first call starts it. */
  boolean isOverdue(NatsServiceRole role, Duration usual, Instant now) {
    Instant since = sinceByUid.get(role.getMetadata().getUid());
    if (since == null) {
      sinceByUid.values().removeIf(start -> start.isBefore(now.minus(REMEMBERED)));
      sinceByUid.put(role.getMetadata().getUid(), now);
      return false;
    }
    return !now.isBefore(since.plus(usual));
  }

  /** Notes that the role has left the state. */
  void remove(NatsServiceRole role) {
    sinceByUid.remove(role.getMetadata().getUid());
  }

  /** Forgets all roles. */
  void clear() {
    sinceByUid.clear();
  }

  int size() {
    return sinceByUid.size();
  }
}
