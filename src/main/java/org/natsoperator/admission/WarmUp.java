package org.natsoperator.admission;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.natsoperator.certificates.Certificates;
import org.natsoperator.kubernetes.WebhookProperties;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * Before a replica is called it calls itself, so that no pod waits while Java does for the first
 * time what a review needs. That is comfort alone: a replica that cannot call itself is ready
 * nevertheless, a little later.
 */
@Component
class WarmUp implements SmartLifecycle {

  private static final Logger LOG = LoggerFactory.getLogger(WarmUp.class);

  private static final int REVIEWS = 3;

  private static final int REST_MILLIS = 50;

  private final WebhookProperties properties;
  private final WebhookServer server;
  private final Certificates certificates;
  private final Rehearsal rehearsal;
  private final OwnCall call;
  private volatile Thread thread;
  private volatile boolean over;

  WarmUp(
      WebhookProperties properties,
      WebhookServer server,
      Certificates certificates,
      Rehearsal rehearsal,
      OwnCall call) {
    this.properties = properties;
    this.server = server;
    this.certificates = certificates;
    this.rehearsal = rehearsal;
    this.call = call;
  }

  /** Also if nobody will call. */
  boolean isOver() {
    return over || !properties.enabled();
  }

  @Override
  public void start() {
    if (properties.enabled()) {
      int port = server.port();
      thread = Thread.ofPlatform().daemon().name("warm-up").start(() -> run(port));
    }
  }

  @Override
  public void stop() {
    if (isRunning()) {
      thread.interrupt();
      thread = null;
    }
  }

  @Override
  public boolean isRunning() {
    return thread != null;
  }

  private void run(int port) {
    try {
      warm(port);
      LOG.info("Warmed up");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return;
    } catch (IOException | Rejection | RuntimeException | LinkageError | StackOverflowError e) {
      LOG.warn("Without a warm-up, so the first reviews take longer: {}", e.toString());
    }
    over = true;
  }

  private void warm(int port) throws IOException, Rejection, InterruptedException {
    rehearsal.run(REVIEWS);
    while (!certificates.areServed()) {
      TimeUnit.MILLISECONDS.sleep(REST_MILLIS);
    }
    call.send(port);
  }
}
