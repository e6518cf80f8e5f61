package org.natsoperator.admission.server;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.component.Graceful;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.eclipse.jetty.util.thread.VirtualThreadPool;
import org.natsoperator.settings.WebhookProperties;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * Serves only the webhooks, on a separate port from probes and metrics. On shutdown it serves for a
 * moment longer, because API servers notice late, and then finishes open requests.
 */
@Component
class WebhookServer implements SmartLifecycle {

  private static final Logger LOG = LoggerFactory.getLogger(WebhookServer.class);

  /** For connections. Requests, which wait for slow clients, have virtual threads. */
  private static final int THREADS = 4;

  /** An API server waits no longer for most webhooks. */
  private static final Duration LAST_REQUESTS = Duration.ofSeconds(10);

  private final WebhookProperties properties;
  private final WebhookConnector connector;
  private final WebhookEndpoint endpoint;
  private final AtomicInteger underWay = new AtomicInteger();
  private Server jetty;
  private volatile boolean leaving;

  WebhookServer(
      WebhookProperties properties, WebhookConnector connector, WebhookEndpoint endpoint) {
    this.properties = properties;
    this.connector = connector;
    this.endpoint = endpoint;
  }

  int port() {
    return ((ServerConnector) jetty.getConnectors()[0]).getLocalPort();
  }

  @Override
  public void start() {
    if (!properties.enabled()) {
      return;
    }
    leaving = false;
    try {
      jetty = create();
      jetty.start();
    } catch (Exception e) {
      throw new IllegalStateException("failed to serve webhooks on port " + properties.port(), e);
    }
    LOG.atInfo().addKeyValue("port", port()).log("Serving webhooks");
  }

  private Server create() {
    QueuedThreadPool threads = new QueuedThreadPool(THREADS, THREADS);
    threads.setName("webhooks");
    threads.setVirtualThreadsExecutor(new VirtualThreadPool());
    Server server = new Server(threads);
    server.addConnector(connector.create(server));
    server.setHandler(new Front());
    // Invalid HTTP gets a status without an error page.
    server.setErrorHandler(
        (request, response, callback) -> {
          callback.succeeded();
          return true;
        });
    return server;
  }

  /** Runs in its own thread: meanwhile the reconcilers stop and another replica takes the lead. */
  @Override
  public void stop(Runnable done) {
    leaving = true;
    CompletableFuture.runAsync(
            this::stop,
            CompletableFuture.delayedExecutor(
                properties.shutdownDelay().toMillis(),
                TimeUnit.MILLISECONDS,
                Thread.ofPlatform().name("webhooks-stop")::start))
        .whenComplete((stopped, failure) -> done.run());
  }

  @Override
  public void stop() {
    try {
      finish();
      jetty.stop();
    } catch (Exception e) {
      LOG.atWarn().addKeyValue("error", e.toString()).log("Failed to stop the webhook server");
    }
    jetty = null;
  }

  /**
   * Closes idle connections and waits for open requests. Jetty's {@code GracefulHandler} does not
   * fit: it replies 503 to requests that a client sends before it notices the end.
   */
  private void finish() throws InterruptedException {
    leaving = true;
    Graceful.shutdown(jetty);
    long end = System.nanoTime() + LAST_REQUESTS.toNanos();
    while (underWay.get() > 0 && System.nanoTime() < end) {
      TimeUnit.MILLISECONDS.sleep(20);
    }
  }

  @Override
  public boolean isRunning() {
    return jetty != null;
  }

  private final class Front extends Handler.Abstract {

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
      if (leaving) {
        response.getHeaders().put(HttpHeader.CONNECTION, "close");
      }
      underWay.incrementAndGet();
      endpoint.handle(request, response, Callback.from(callback, underWay::decrementAndGet));
      return true;
    }
  }
}
