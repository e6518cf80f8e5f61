package org.natsoperator.leader;

import static io.fabric8.kubernetes.client.utils.Utils.isNullOrEmpty;

import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseSpec;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseSpecBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.natsoperator.kubernetes.ApiErrors;
import org.natsoperator.settings.OperatorProperties;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * The Lease of the leader election. Its owner reference makes the garbage collector delete it when
 * the operator is uninstalled. Its annotation names the namespaces that the operator watches. A
 * leader that stops releases it, so that the next does not have to wait until it expires.
 */
@Component
public class LeaderLease {

  public static final String NAME = "nats-operator";

  /** Annotation: the namespaces that the operator watches; absent or empty means all. */
  static final String WATCH_NAMESPACES = "nats.io/watch-namespaces";

  /** After a renewal no other replica leads for this time. */
  static final Duration DURATION = Duration.ofSeconds(30);

  private static final Logger LOG = LoggerFactory.getLogger(LeaderLease.class);

  private final KubernetesClient client;
  private final OperatorProperties properties;
  private final Clock clock;
  private List<OwnerReference> owners = List.of();

  LeaderLease(KubernetesClient client, OperatorProperties properties, Clock clock) {
    this.client = client;
    this.properties = properties;
    this.clock = clock;
  }

  Optional<Lease> find() {
    return Optional.ofNullable(
        client.leases().inNamespace(properties.namespace()).withName(NAME).get());
  }

  /** The pod that holds a Lease; empty if it is released. */
  static String holder(Lease lease) {
    LeaseSpec spec = lease.getSpec();
    return spec == null || isNullOrEmpty(spec.getHolderIdentity()) ? "" : spec.getHolderIdentity();
  }

  boolean isOurs(Lease lease) {
    return properties.podName().equals(holder(lease));
  }

  /**
   * Acquires or renews the Lease. Fails if another replica has changed it.
   *
   * @param last the Lease as it was read or written last; empty if it does not exist
   */
  Lease write(Optional<Lease> last) {
    Lease next = renewed(last);
    return last.isEmpty()
        ? client.resource(next).create()
        : client.resource(next).lockResourceVersion().replace();
  }

  /** Releases the Lease if this replica holds it; call it when all reconciliations have ended. */
  public void release() {
    try {
      Optional<Lease> held = find().filter(this::isOurs);
      if (held.isPresent()) {
        held.get().getSpec().setHolderIdentity("");
        client.resource(held.get()).lockResourceVersion().replace();
        LOG.atInfo().addKeyValue("lease", NAME).log("Released the lease");
      }
    } catch (RuntimeException e) {
      LOG.atWarn()
          .addKeyValue("lease", NAME)
          .addKeyValue("error", ApiErrors.summary(e))
          .log("Failed to release the lease; it expires");
    }
  }

  private Lease renewed(Optional<Lease> last) {
    return new LeaseBuilder(last.orElseGet(Lease::new))
        .editOrNewMetadata()
        .withName(NAME)
        .withNamespace(properties.namespace())
        .addToAnnotations(WATCH_NAMESPACES, String.join(",", properties.watchNamespaces()))
        .withOwnerReferences(owners())
        .endMetadata()
        .withSpec(spec(last))
        .build();
  }

  private LeaseSpec spec(Optional<Lease> last) {
    LeaseSpec before = last.map(Lease::getSpec).orElseGet(LeaseSpec::new);
    LeaseSpecBuilder spec = new LeaseSpecBuilder(before);
    ZonedDateTime now = clock.instant().atZone(ZoneOffset.UTC);
    if (last.filter(this::isOurs).isEmpty()) {
      int changes = Objects.requireNonNullElse(before.getLeaseTransitions(), 0);
      spec.withHolderIdentity(properties.podName())
          .withAcquireTime(now)
          .withLeaseTransitions(last.isEmpty() ? 0 : changes + 1);
    }
    return spec.withLeaseDurationSeconds((int) DURATION.toSeconds()).withRenewTime(now).build();
  }

  /** The operator's ServiceAccount; empty if the operator does not run in a pod. */
  private List<OwnerReference> owners() {
    String account = properties.serviceAccountName();
    if (owners.isEmpty() && !account.isEmpty()) {
      try {
        ServiceAccount owner =
            client.serviceAccounts().inNamespace(properties.namespace()).withName(account).get();
        owners =
            List.of(
                new OwnerReferenceBuilder()
                    .withApiVersion("v1")
                    .withKind("ServiceAccount")
                    .withName(account)
                    .withUid(owner.getMetadata().getUid())
                    .build());
      } catch (RuntimeException e) {
        LOG.atWarn()
            .addKeyValue("lease", NAME)
            .addKeyValue("error", ApiErrors.summary(e))
            .log("Failed to read the owner of the lease; retrying");
      }
    }
    return owners;
  }
}
