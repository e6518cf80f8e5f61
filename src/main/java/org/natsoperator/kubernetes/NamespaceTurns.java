package org.natsoperator.kubernetes;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Limits the tasks of each namespace that are in progress, so that the owner of one namespace
 * cannot occupy all threads. A task that must wait holds no thread.
 *
 * @param <T> identifies a task; with {@code equals}
 */
public final class NamespaceTurns<T> {

  private static final class Turns<T> {
    private int running;
    private final SequencedSet<T> waiting = new LinkedHashSet<>();
  }

  private final int most;
  private final Consumer<T> retry;
  private final Map<String, Turns<T>> byNamespace = new HashMap<>();

  /**
   * @param most tasks of a namespace at the same time
   * @param retry starts a task again that had to wait; must not block
   */
  public NamespaceTurns(int most, Consumer<T> retry) {
    this.most = most;
    this.retry = retry;
  }

  /**
   * Runs the work at once, or not at all if enough tasks of the namespace are in progress. Then the
   * task is retried, in the order of arrival, when one of them has ended.
   *
   * @return the result of the work; empty if the task waits
   */
  public <R> Optional<R> run(String namespace, T task, Supplier<R> work) {
    if (!begin(namespace, task)) {
      return Optional.empty();
    }
    try {
      return Optional.of(work.get());
    } finally {
      end(namespace).forEach(retry);
    }
  }

  private synchronized boolean begin(String namespace, T task) {
    Turns<T> turns = byNamespace.computeIfAbsent(namespace, any -> new Turns<>());
    if (turns.running >= most) {
      turns.waiting.add(task);
      return false;
    }
    turns.running++;
    turns.waiting.remove(task);
    return true;
  }

  /** The next task. All tasks if nothing runs, since those before may have become needless. */
  private synchronized List<T> end(String namespace) {
    Turns<T> turns = byNamespace.get(namespace);
    turns.running--;
    if (turns.running == 0) {
      byNamespace.remove(namespace);
      return List.copyOf(turns.waiting);
    }
    return turns.waiting.isEmpty() ? List.of() : List.of(turns.waiting.removeFirst());
  }
}
