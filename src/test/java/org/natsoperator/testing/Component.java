package org.natsoperator.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;

/** A process of Kubernetes itself on the {@link Node}, with its name in {@code local-cluster}. */
public record Component(String name) {

  /** Crashes and restarts the process. */
  public void crash() {
    run("restart");
  }

  /**
   * Suspends the process for a while.
   *
   * @param then runs while it is suspended
   */
  public void hang(Duration time, Runnable then) throws InterruptedException {
    run("pause");
    try {
      then.run();
      Thread.sleep(time);
    } finally {
      run("resume");
    }
  }

  private void run(String command) {
    try {
      assertThat(LocalCluster.command(command, name).inheritIO().start().waitFor())
          .as(command + " " + name)
          .isZero();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
