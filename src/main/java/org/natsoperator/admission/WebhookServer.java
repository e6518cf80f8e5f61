package org.natsoperator.admission;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.Wrapper;
import org.apache.catalina.core.StandardContext;
import org.apache.catalina.core.StandardHost;
import org.apache.catalina.core.StandardWrapper;
import org.apache.catalina.startup.Tomcat;
import org.natsoperator.kubernetes.WebhookProperties;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * Serves the webhooks, by a Tomcat of their own: nothing of them is at the port of probes and
 * metrics, nothing else is here. When it stops it answers for a moment longer, since API servers
 * hear late that it is gone, then finishes what it has begun.
 */
@Component
class WebhookServer implements SmartLifecycle {

  private static final Logger LOG = LoggerFactory.getLogger(WebhookServer.class);

  /** An API server waits no longer than that for most webhooks. */
  private static final Duration LAST_REQUESTS = Duration.ofSeconds(10);

  private final WebhookProperties properties;
  private final WebhookConnector connector;
  private final WebhookEndpoint endpoint;
  private Tomcat tomcat;
  private StandardWrapper servlet;
  private volatile boolean leaving;

  WebhookServer(
      WebhookProperties properties, WebhookConnector connector, WebhookEndpoint endpoint) {
    this.properties = properties;
    this.connector = connector;
    this.endpoint = endpoint;
  }

  /** Where it listens. */
  int port() {
    return tomcat.getConnector().getLocalPort();
  }

  @Override
  public void start() {
    if (!properties.enabled()) {
      return;
    }
    leaving = false;
    try {
      tomcat = create();
      tomcat.start();
    } catch (LifecycleException e) {
      throw new IllegalStateException("cannot serve webhooks at port " + properties.port(), e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    LOG.info("Serving webhooks at port {}", port());
  }

  private Tomcat create() throws IOException {
    String folder = Files.createTempDirectory("webhooks").toString();
    Tomcat server = new Tomcat();
    server.setBaseDir(folder);
    server.setConnector(connector.create());
    // It would tell strangers which Tomcat this is.
    ((StandardHost) server.getHost()).setErrorReportValveClass(null);
    StandardContext context = (StandardContext) server.addContext("", folder);
    // It is never loaded again, so nothing has to be cleaned up.
    context.setClearReferencesRmiTargets(false);
    context.setClearReferencesThreadLocals(false);
    Wrapper wrapper = Tomcat.addServlet(context, "webhooks", new Front());
    wrapper.setLoadOnStartup(1);
    context.addServletMappingDecoded("/*", wrapper.getName());
    servlet = (StandardWrapper) wrapper;
    return server;
  }

  /** In a thread of its own, so that meanwhile the reconcilers stop and another replica leads. */
  @Override
  public void stop(Runnable done) {
    Thread.ofPlatform()
        .name("webhooks-stop")
        .start(
            () -> {
              try {
                drain();
              } finally {
                stop();
                done.run();
              }
            });
  }

  private void drain() {
    leaving = true;
    try {
      TimeUnit.NANOSECONDS.sleep(properties.lingering().toNanos());
      tomcat.getConnector().getProtocolHandler().closeServerSocketGraceful();
      // HTTP/2 connections are told to make no new requests.
      tomcat.getConnector().pause();
      long end = System.nanoTime() + LAST_REQUESTS.toNanos();
      while (servlet.getCountAllocated() > 0 && System.nanoTime() < end) {
        TimeUnit.MILLISECONDS.sleep(20);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void stop() {
    try {
      tomcat.stop();
      tomcat.destroy();
    } catch (LifecycleException e) {
      LOG.warn("The webhooks' server did not stop well: {}", e.getMessage());
    }
    tomcat = null;
  }

  @Override
  public boolean isRunning() {
    return tomcat != null;
  }

  private final class Front extends HttpServlet {

    @Override
    public void service(HttpServletRequest request, HttpServletResponse response)
        throws IOException {
      if (leaving && request.getProtocol().startsWith("HTTP/1")) {
        response.setHeader("Connection", "close");
      }
      endpoint.handle(request, response);
    }
  }
}
