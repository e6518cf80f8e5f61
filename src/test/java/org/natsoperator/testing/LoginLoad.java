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

  /** A login that began at this time of {@link System#nanoTime()}. */
  public record Attempt(long start, String answer) {}

  private final Queue<Attempt> attempts = new ConcurrentLinkedQueue<>();
  private final List<Thread> threads = new ArrayList<>();
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

  /** The logins so far. */
  public List<Attempt> attempts() {
    return List.copyOf(attempts);
  }

  /** Returns after the last login. */
  @Override
  public void close() throws InterruptedException {
    running = false;
    for (Thread thread : threads) {
      thread.join();
    }
  }

  private void run(Supplier<String> login) {
    try {
      while (running) {
        long start = System.nanoTime();
        attempts.add(new Attempt(start, answer(login)));
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
