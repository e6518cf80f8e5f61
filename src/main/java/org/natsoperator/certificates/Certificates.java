package org.natsoperator.certificates;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import javax.net.ssl.X509ExtendedKeyManager;
import org.natsoperator.kubernetes.WebhookProperties;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * Keeps the webhooks' certificate served and trusted: looks at the Secret and at the webhook
 * configurations whenever one of them changes and once a second, decides, and does one step. Every
 * replica does, since a new one must become ready while an old one that knows nothing of webhooks
 * still leads.
 */
@Component
public class Certificates implements SmartLifecycle {

  /** Before the server that needs them, and until after it. */
  private static final int PHASE = DEFAULT_PHASE - 1;

  private static final Logger LOG = LoggerFactory.getLogger(Certificates.class);

  private final WebhookProperties properties;
  private final Lifetimes lifetimes;
  private final CertificateStore store;
  private final WebhookConfigurations configurations;
  private final CertificateMaker maker;
  private final Clock clock;
  private final ServedKey served = new ServedKey();
  private volatile ScheduledExecutorService looks;
  private Publication publication = Publication.NONE;
  private Newcomer newcomer = Newcomer.STARTED;
  private volatile CertificateFiles files = CertificateFiles.NONE;
  private volatile String told = "not looked yet";
  private String lastFailure = "";

  Certificates(
      WebhookProperties properties,
      CertificateStore store,
      WebhookConfigurations configurations,
      CertificateMaker maker,
      Clock clock,
      MeterRegistry meters) {
    this.properties = properties;
    this.store = store;
    this.configurations = configurations;
    this.maker = maker;
    this.clock = clock;
    lifetimes =
        new Lifetimes(
            properties.authority(), properties.leaf(), properties.settle(), properties.grace());
    gauge(meters, "leaf", () -> served.current().map(Leaf::certificate));
    gauge(meters, "authority", () -> files.authorities().authorities().stream().findFirst());
  }

  private static void gauge(
      MeterRegistry meters, String which, Supplier<Optional<X509Certificate>> certificate) {
    TimeGauge.builder(
            "nats.operator.webhook.certificate.expiry",
            () ->
                certificate
                    .get()
                    .map(X509Certificate::getNotAfter)
                    .map(end -> (Number) end.getTime())
                    .orElse(Double.NaN),
            TimeUnit.MILLISECONDS)
        .description("When the webhooks' certificate or its CA ends, since 1970")
        .tag("certificate", which)
        .register(meters);
  }

  /** For a server; before a certificate is there its handshakes fail. */
  public X509ExtendedKeyManager keyManager() {
    return served;
  }

  /** Why the API server cannot call this replica; empty if it can. */
  String trouble() {
    return told;
  }

  @Override
  public void start() {
    looks =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("certificates").factory());
    if (properties.enabled()) {
      store.start(this::lookSoon);
      configurations.start(this::lookSoon);
      looks.scheduleWithFixedDelay(this::look, 0, 1, TimeUnit.SECONDS);
    }
  }

  @Override
  public void stop() {
    looks.shutdownNow();
    if (properties.enabled()) {
      store.stop();
      configurations.stop();
    }
    looks = null;
  }

  @Override
  public boolean isRunning() {
    return looks != null;
  }

  @Override
  public int getPhase() {
    return PHASE;
  }

  private void lookSoon() {
    ScheduledExecutorService running = looks;
    if (running != null) {
      try {
        running.execute(this::look);
      } catch (RejectedExecutionException e) {
        LOG.debug("A change came while stopping");
      }
    }
  }

  /** What fails is tried again at the next look. */
  private void look() {
    try {
      store.files().ifPresent(this::look);
      lastFailure = "";
    } catch (RuntimeException e) {
      String failure = String.valueOf(e.getMessage());
      if (!failure.equals(lastFailure)) {
        LOG.warn("The webhooks' certificates wait: {}", failure);
        lastFailure = failure;
      }
    }
  }

  private void look(CertificateFiles found) {
    Instant now = clock.instant();
    List<Bundle> published = configurations.published();
    files = found;
    publication = publication.seen(found.authorities(), published, now);
    ServedLeaf.choose(served.current(), found, publication, published, lifetimes.settle(), now)
        .filter(served::serve)
        .ifPresent(
            leaf ->
                LOG.info("Serving a certificate that ends {}", leaf.certificate().getNotAfter()));
    newcomer = newcomer.seen(served.current(), published, lifetimes.settle(), now);
    String trouble = Trust.trouble(served.current(), found, properties.hosts(), published, now);
    tell(trouble.isEmpty() ? newcomer.trouble() : trouble);
    publish(publication.wanted(published, lifetimes.grace(), now), published);
    if (properties.selfMade()) {
      make(
          CertificatePlan.next(found, properties.hosts(), lifetimes, publication.since(), now),
          now);
    }
  }

  private void tell(String found) {
    if (!found.equals(told) && !found.isEmpty()) {
      LOG.info("Not ready for webhooks: {}", found);
    }
    told = found;
  }

  private void publish(Bundle wanted, List<Bundle> published) {
    if (!wanted.isEmpty() && !published.stream().allMatch(wanted::isSame)) {
      configurations.publish(wanted);
      LOG.info("Published {} CA(s) to the webhook configurations", wanted.authorities().size());
    }
  }

  private void make(CertificatePlan plan, Instant now) {
    switch (plan) {
      case MAKE_ALL -> {
        Authority authority = authority(now);
        store.write(CertificateFiles.NONE.with(authority).with(leaf(authority, now)));
      }
      case ADD_AUTHORITY -> store.write(files.with(authority(now)));
      case MAKE_LEAF -> store.write(files.with(leaf(files.authority().orElseThrow(), now)));
      case DROP_OLD_AUTHORITIES -> store.write(files.withoutOldAuthorities());
      case NOTHING -> {
        return;
      }
    }
    LOG.info("Wrote Secret {}: {}", properties.secret(), words(plan));
  }

  private static String words(CertificatePlan plan) {
    return plan.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  private Authority authority(Instant now) {
    return maker.authority(lifetimes.authority(), now);
  }

  private Leaf leaf(Authority authority, Instant now) {
    return maker.leaf(authority, properties.hosts(), lifetimes.leaf(), now);
  }
}
