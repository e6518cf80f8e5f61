package org.natsoperator.testing;

import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;

/** Threads that log in again and again, until it is closed. */
public final class LoginLoad implements AutoCloseable {

  /** A login that began and ended at these times of {@link System#nanoTime()}. */
  public record Attempt(long start, long end, String answer) {}

  private final Queue<Attempt> attempts = new ConcurrentLinkedQueue<>();
  private final List<Thread> threads = new ArrayList<>();
  private final Pauses pauses = new Pauses();
  private final Duration pause;
  private volatile boolean running = true;

  private LoginLoad(Duration pause) {
    this.pause = pause;
  }

  /**
   * Starts to log in.
   *
   * @param login each has a thread of its own
   * @param pause after each login
   */
  public static LoginLoad start(List<Supplier<String>> login, Duration pause) {
    LoginLoad load = new LoginLoad(pause);
    login.forEach(each -> load.threads.add(Thread.ofVirtual().start(() -> load.run(each))));
    return load;
  }

  /**
   * The logins so far. Those that got no answer while this machine paused are omitted: the operator
   * does not send a late answer.
   */
  public List<Attempt> attempts() {
    return attempts.stream()
        .filter(
            attempt ->
                !attempt.answer().equals(Login.NO_ANSWER)
                    || !pauses.overlap(attempt.start(), attempt.end()))
        .toList();
  }

  /** Returns after the last login. */
  @Override
  public void close() throws InterruptedException {
    running = false;
    for (Thread thread : threads) {
      thread.join();
    }
    pauses.close();
  }

  private void run(Supplier<String> login) {
    try {
      while (running) {
        long start = System.nanoTime();
        String answer = answer(login);
        attempts.add(new Attempt(start, System.nanoTime(), answer));
        Thread.sleep(pause);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static String answer(Supplier<String> login) {
    try {
      return String.valueOf(login.get());
    } catch (UncheckedIOException e) {
      return e.toString();
    }
  }
}
