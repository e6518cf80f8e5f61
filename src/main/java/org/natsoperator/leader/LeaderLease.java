package org.natsoperator.leader;

import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderCallbacks;
import io.javaoperatorsdk.operator.api.config.LeaderElectionConfiguration;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.natsoperator.kubernetes.ApiErrors;
import org.natsoperator.settings.OperatorProperties;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * The Lease of the leader election. Its owner reference makes the garbage collector delete it when
 * the operator is uninstalled. A chart cannot contain it, since the elector rejects a Lease that it
 * did not create. A leader that stops releases it, so that the next does not have to wait until it
 * expires.
 */
@Component
public class LeaderLease {

  public static final String NAME = "nats-operator";

  /** Annotation: the namespaces that the operator watches; absent or empty means all. */
  static final String WATCH_NAMESPACES = "nats.io/watch-namespaces";

  /** After a renewal no other replica leads for this time. */
  static final Duration DURATION = LeaderElectionConfiguration.LEASE_DURATION_DEFAULT_VALUE;

  /** Time for reconciliations that have begun, so that they end before another replica leads. */
  public static final Duration LAST_RECONCILIATION = Duration.ofSeconds(5);

  private static final Logger LOG = LoggerFactory.getLogger(LeaderLease.class);
  private static final PatchContext MERGE =
      new PatchContext.Builder().withPatchType(PatchType.JSON_MERGE).build();

  private final KubernetesClient client;
  private final OperatorProperties properties;

  LeaderLease(KubernetesClient client, OperatorProperties properties) {
    this.client = client;
    this.properties = properties;
  }

  /**
   * Uses the SDK's default times. The SDK's exit is disabled, since it would also happen at a
   * normal stop.
   */
  public LeaderElectionConfiguration election(LeaderCallbacks callbacks) {
    return new LeaderElectionConfiguration(
        NAME,
        properties.namespace(),
        DURATION,
        LeaderElectionConfiguration.RENEW_DEADLINE_DEFAULT_VALUE,
        LeaderElectionConfiguration.RETRY_PERIOD_DEFAULT_VALUE,
        properties.podName(),
        callbacks,
        false);
  }

  /**
   * Annotates the Lease with the watched namespaces and makes the operator's ServiceAccount its
   * owner. Outside a cluster there is no ServiceAccount, and the Lease stays.
   */
  public void own() {
    try {
      lease().patch(MERGE, patch(owners()));
    } catch (RuntimeException e) {
      LOG.atWarn()
          .addKeyValue("lease", NAME)
          .addKeyValue("error", ApiErrors.summary(e))
          .log("Failed to set the owner of the lease; it stays after an uninstall");
    }
  }

  /** Releases the Lease if this replica holds it; call it when all reconciliations have ended. */
  public void release() {
    try {
      Lease held = lease().get();
      if (held != null && properties.podName().equals(held.getSpec().getHolderIdentity())) {
        held.getSpec().setHolderIdentity("");
        client.resource(held).lockResourceVersion().replace();
        LOG.atInfo().addKeyValue("lease", NAME).log("Released the lease");
      }
    } catch (RuntimeException e) {
      LOG.atWarn()
          .addKeyValue("lease", NAME)
          .addKeyValue("error", ApiErrors.summary(e))
          .log("Failed to release the lease; it expires");
    }
  }

  private Resource<Lease> lease() {
    return client.leases().inNamespace(properties.namespace()).withName(NAME);
  }

  private List<OwnerReference> owners() {
    String account = properties.serviceAccountName();
    if (account.isEmpty()) {
      return List.of();
    }
    ServiceAccount owner =
        client.serviceAccounts().inNamespace(properties.namespace()).withName(account).get();
    return List.of(
        new OwnerReferenceBuilder()
            .withApiVersion("v1")
            .withKind("ServiceAccount")
            .withName(account)
            .withUid(owner.getMetadata().getUid())
            .build());
  }

  private String patch(List<OwnerReference> owners) {
    String watched = String.join(",", properties.watchNamespaces());
    return client
        .getKubernetesSerialization()
        .asJson(
            Map.of(
                "metadata",
                Map.of(
                    "annotations", Map.of(WATCH_NAMESPACES, watched), "ownerReferences", owners)));
  }
}
