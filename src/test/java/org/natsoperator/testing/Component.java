package org.natsoperator.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;

/**
 * A process that Kubernetes itself consists of, on the {@link Node}, by the name that {@code
 * local-cluster} gives it.
 */
public record Component(String name) {

  /** It crashes and starts again. */
  public void crash() {
    run("restart");
  }

  /**
   * It hangs for a while.
   *
   * @param then is run when it does
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
