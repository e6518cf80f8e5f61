package org.natsoperator.leader;

import static io.fabric8.kubernetes.client.utils.Utils.isNullOrEmpty;
import static java.util.function.Predicate.not;

import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseList;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseSpec;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Stream;
import org.natsoperator.kubernetes.ApiErrors;
import org.natsoperator.settings.OperatorProperties;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.scheduling.TaskScheduler;
import org.springframework.stereotype.Component;

/**
 * Reports other operators that watch some of the same namespaces, since each reverts the changes of
 * the other. Tenants can forge a Lease, so the result never stops or delays this operator.
 */
@Component
public class OperatorConflictDetector {

  private static final Logger LOG = LoggerFactory.getLogger(OperatorConflictDetector.class);
  private static final String CONFLICT =
      "Another operator watches some of the same namespaces; uninstall one of the two, or give both"
          + " lists of watchNamespaces that do not overlap";

  private static final Duration INTERVAL = Duration.ofSeconds(15);

  /** Longer than a failover takes, and larger than the difference between two clocks. */
  private static final Duration MAX_RENEWAL_AGE = Duration.ofMinutes(1);

  /** Forged Leases can be many, and a page of large ones must not fill the heap. */
  private static final int MAX_LEASES = 20;

  private static final long PAGE = 5;

  /** In an annotation, which may be forged, too. */
  private static final int MAX_NAMESPACES = 1000;

  private final KubernetesClient client;
  private final OperatorProperties properties;
  private final Clock clock;
  private volatile Set<String> conflicting = Set.of();

  OperatorConflictDetector(
      KubernetesClient client,
      OperatorProperties properties,
      Clock clock,
      Leadership leadership,
      TaskScheduler scheduler,
      MeterRegistry meters) {
    this.client = client;
    this.properties = properties;
    this.clock = clock;
    Gauge.builder("nats.operator.conflicting.operators", () -> conflicting.size())
        .description("Other operators that watch some of the same namespaces")
        .register(meters);
    leadership.whenBegun(scheduler, Duration.ZERO, INTERVAL, () -> detectIf(leadership.isHeld()));
  }

  private void detectIf(boolean leading) {
    if (leading) {
      detect();
    } else {
      conflicting = Set.of();
    }
  }

  /** Lists the Leases of other operators and reports new conflicts. */
  public void detect() {
    try {
      Set<String> found = conflictingNamespaces();
      found.stream()
          .filter(not(conflicting::contains))
          .forEach(
              other -> LOG.atError().addKeyValue("otherOperatorNamespace", other).log(CONFLICT));
      conflicting = found;
    } catch (KubernetesClientException e) {
      if (ApiErrors.isForbidden(e)) {
        conflicting = Set.of();
      } else {
        LOG.atWarn()
            .addKeyValue("error", ApiErrors.summary(e))
            .log("Failed to list the Leases of other operators");
      }
    }
  }

  private Set<String> conflictingNamespaces() {
    Set<String> found = new HashSet<>();
    int leases = 0;
    String next = null;
    do {
      LeaseList page = page(next);
      page.getItems().stream()
          .filter(this::conflicts)
          .forEach(lease -> found.add(lease.getMetadata().getNamespace()));
      leases += page.getItems().size();
      next = page.getMetadata().getContinue();
    } while (leases < MAX_LEASES && !isNullOrEmpty(next));
    return found;
  }

  /**
   * Requests some Leases.
   *
   * @param next the token of this page in the previous one; null for the first page
   */
  private LeaseList page(String next) {
    return client
        .leases()
        .inAnyNamespace()
        .withField("metadata.name", LeaderLease.NAME)
        .list(new ListOptionsBuilder().withLimit(PAGE).withContinue(next).build());
  }

  private boolean conflicts(Lease lease) {
    return !lease.getMetadata().getNamespace().equals(properties.namespace())
        && isHeld(lease.getSpec())
        && overlaps(lease.getMetadata().getAnnotations().get(LeaderLease.WATCH_NAMESPACES));
  }

  private boolean isHeld(LeaseSpec spec) {
    if (spec == null || spec.getRenewTime() == null || isNullOrEmpty(spec.getHolderIdentity())) {
      return false;
    }
    Duration age = Duration.between(spec.getRenewTime().toInstant(), clock.instant());
    return age.abs().compareTo(MAX_RENEWAL_AGE) < 0;
  }

  private boolean overlaps(String others) {
    Set<String> own = properties.watchNamespaces();
    return own.isEmpty()
        || isNullOrEmpty(others)
        || Stream.of(others.split(",", MAX_NAMESPACES)).anyMatch(own::contains);
  }
}
