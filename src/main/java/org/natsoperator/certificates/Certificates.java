package org.natsoperator.certificates;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import javax.net.ssl.X509ExtendedKeyManager;
import org.natsoperator.certificates.CertificateDecision.SecretChange;
import org.natsoperator.kubernetes.ApiErrors;
import org.natsoperator.kubernetes.FailureLog;
import org.natsoperator.settings.WebhookProperties;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * Observe, decide, act: serves the webhooks' certificate, publishes its CA and renews both. A
 * change of the Secret or of a webhook configuration triggers a reconciliation, and so does each
 * second. Every replica reconciles: during an upgrade a new replica must become ready while an old
 * one, possibly without webhooks, is the leader.
 */
@Component
public class Certificates implements SmartLifecycle {

  /** Starts before the webhook server and stops after it. */
  private static final int PHASE = DEFAULT_PHASE - 1;

  private static final Logger LOG = LoggerFactory.getLogger(Certificates.class);

  private final WebhookProperties settings;
  private final CertificateStore store;
  private final WebhookConfigurations configurations;
  private final CertificateFactory factory;
  private final Clock clock;
  private final ReloadingKeyManager keyManager = new ReloadingKeyManager();

  /** Its own thread: reconciliations must not overlap, and their requests block. */
  private volatile ScheduledExecutorService scheduler;

  private volatile CertificateFiles files = CertificateFiles.NONE;
  private volatile CertificateDecision decision = CertificateDecision.START;
  private CaPublication publication = CaPublication.NONE;
  private String lastFailure = "";

  Certificates(
      WebhookProperties settings,
      CertificateStore store,
      WebhookConfigurations configurations,
      CertificateFactory factory,
      Clock clock,
      MeterRegistry meters) {
    this.settings = settings;
    this.store = store;
    this.configurations = configurations;
    this.factory = factory;
    this.clock = clock;
    gauge(meters, "serving", () -> keyManager.current().map(ServingCertificate::certificate));
    gauge(meters, "ca", () -> files.cas().certificates().stream().findFirst());
  }

  private static void gauge(
      MeterRegistry meters, String which, Supplier<Optional<X509Certificate>> certificate) {
    TimeGauge.builder(
            "nats.operator.webhook.certificate.expiration.timestamp",
            () ->
                certificate
                    .get()
                    .map(found -> (Number) found.getNotAfter().getTime())
                    .orElse(Double.NaN),
            TimeUnit.MILLISECONDS)
        .description("Unix time at which the webhooks' certificate or its CA expires")
        .tag("certificate", which)
        .register(meters);
  }

  /** Returns the key manager for a server. Handshakes fail until a certificate is available. */
  public X509ExtendedKeyManager keyManager() {
    return keyManager;
  }

  /** Returns why an API server may fail to call this replica; empty if it can. */
  String notReadyReason() {
    return settings.enabled() ? decision.notReadyReason() : "";
  }

  @Override
  public void start() {
    scheduler =
        new ScheduledThreadPoolExecutor(
            1,
            Thread.ofPlatform().daemon().name("certificates").factory(),
            new ThreadPoolExecutor.DiscardPolicy());
    if (settings.enabled()) {
      Runnable onChange = () -> scheduler.execute(this::reconcile);
      store.start(onChange);
      configurations.start(onChange);
      scheduler.scheduleWithFixedDelay(this::reconcile, 0, 1, TimeUnit.SECONDS);
    }
  }

  @Override
  public void stop() {
    scheduler.shutdownNow();
    if (settings.enabled()) {
      store.stop();
      configurations.stop();
    }
  }

  @Override
  public boolean isRunning() {
    return scheduler != null && !scheduler.isShutdown();
  }

  @Override
  public int getPhase() {
    return PHASE;
  }

  /** The next reconciliation retries a failed action. */
  private void reconcile() {
    try {
      store.files().ifPresent(this::reconcile);
      lastFailure = "";
    } catch (RuntimeException e) {
      String failure = ApiErrors.summary(e);
      if (!failure.equals(lastFailure)) {
        LOG.atLevel(FailureLog.level(e))
            .addKeyValue("error", failure)
            .log("Failed to reconcile the webhooks' certificates; retrying");
        lastFailure = failure;
      }
    }
  }

  private void reconcile(CertificateFiles found) {
    Instant now = clock.instant();
    List<CaBundle> published = configurations.published();
    files = found;
    publication = publication.observe(published, now);
    act(
        CertificateDecision.of(
            new ObservedCertificates(settings, found, published, publication, decision, now)),
        now);
  }

  private void act(CertificateDecision next, Instant now) {
    next.serve()
        .filter(keyManager::serve)
        .map(serving -> serving.certificate().getNotAfter().toInstant())
        .ifPresent(
            end -> LOG.atInfo().addKeyValue("expires", end).log("Serving a webhook certificate"));
    String reason = next.notReadyReason();
    if (!reason.isEmpty() && !reason.equals(decision.notReadyReason())) {
      LOG.atInfo().addKeyValue("reason", reason).log("Not ready for webhooks");
    }
    decision = next;
    next.publish()
        .ifPresent(
            bundle -> {
              configurations.publish(bundle);
              LOG.atInfo()
                  .addKeyValue("count", bundle.certificates().size())
                  .log("Published the CAs of the webhooks");
            });
    if (next.secretChange() != SecretChange.NONE) {
      store.write(factory.apply(next.secretChange(), files, now));
      LOG.atInfo()
          .addKeyValue("secret", settings.secret())
          .addKeyValue("change", next.secretChange())
          .log("Updated the webhooks' certificates");
    }
  }
}
