package org.natsoperator.leader;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.springframework.stereotype.Component;

/**
 * Whether this replica is the leader, for all tasks that only one replica may do. It becomes the
 * leader once: when it loses its lease, it exits.
 */
@Component
public class Leadership {

  private final List<Runnable> firstTasks = new CopyOnWriteArrayList<>();
  private volatile boolean held;

  public boolean isHeld() {
    return held;
  }

  /** Runs a task when this replica becomes the leader; it must not block the election. */
  public void whenBegun(Runnable task) {
    firstTasks.add(task);
  }

  /** This replica is the leader from now on. */
  public void begin() {
    held = true;
    firstTasks.forEach(Runnable::run);
  }

  /** This replica is not the leader any more. */
  public void end() {
    held = false;
  }
}
