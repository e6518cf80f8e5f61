package org.natsoperator.leader;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.springframework.stereotype.Component;

/**
 * Whether this replica is the one that reconciles, for all else that one replica alone may do. It
 * begins to lead once: when it loses its lease it exits.
 */
@Component
public class Leadership {

  private final List<Runnable> firstTasks = new CopyOnWriteArrayList<>();
  private volatile boolean held;

  /** Whether this replica leads. */
  public boolean isHeld() {
    return held;
  }

  /**
   * Has something done as soon as this replica leads.
   *
   * @param task makes no request itself: the election waits for its end
   */
  public void whenBegun(Runnable task) {
    firstTasks.add(task);
  }

  public void begin() {
    held = true;
    firstTasks.forEach(Runnable::run);
  }

  public void end() {
    held = false;
  }
}
