package org.natsoperator.leader;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderCallbacks;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderElectionConfig;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderElectorBuilder;
import io.fabric8.kubernetes.client.extended.leaderelection.resourcelock.LeaseLock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.natsoperator.settings.OperatorProperties;
import org.natsoperator.testing.ApiServer;
import org.natsoperator.testing.OperatorPropertiesFixture;
import org.natsoperator.testing.Sandbox;

@ExtendWith(ApiServer.class)
class LeaseRenewalTrackerIT {

  private static final Duration RETRY = Duration.ofMillis(200);
  private static final Duration LONGEST = Duration.ofSeconds(2);

  private final OperatorProperties properties = OperatorPropertiesFixture.watching().build();
  private final LeaseRenewalTracker renewals = new LeaseRenewalTracker(properties, Instant::now);

  /** The first elector creates the Lease, the next one acquires it. */
  @Test
  void renewalsAreOverdueOnlyAfterElectorStops(Sandbox sandbox) {
    try (KubernetesClient client = client(sandbox);
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int term = 0; term < 2; term++) {
        CompletableFuture<?> leading = elector(sandbox.namespace(), client, threads);
        await()
            .until(
                () ->
                    OperatorPropertiesFixture.POD.equals(holder(lease(sandbox)))
                        && !renewals.areOverdue(LONGEST));
        await()
            .during(LONGEST.multipliedBy(2))
            .atMost(LONGEST.multipliedBy(3))
            .until(() -> !renewals.areOverdue(LONGEST));
        leading.cancel(true);
        await().until(() -> renewals.areOverdue(LONGEST));
        write(
            "{\"metadata\": {\"annotations\": {\"any\": \"%d\"}}}".formatted(term),
            client,
            sandbox);
        write(renewal("", "another"), client, sandbox);
        String outdated = renewal("\"resourceVersion\": \"1\"", OperatorPropertiesFixture.POD);
        assertThatThrownBy(() -> write(outdated, client, sandbox))
            .isInstanceOf(KubernetesClientException.class);
        assertThat(renewals.areOverdue(LONGEST)).isTrue();
        lease(sandbox)
            .edit(
                held -> new LeaseBuilder(held).editSpec().withHolderIdentity("").endSpec().build());
      }
    }
  }

  @Test
  void renewalsAreNotOverdueBeforeFirstLeadership() {
    assertThat(renewals.areOverdue(Duration.ZERO)).isFalse();
  }

  private KubernetesClient client(Sandbox sandbox) {
    return new KubernetesClientBuilder()
        .withConfig(sandbox.client().getConfiguration())
        .withHttpClientBuilderConsumer(http -> http.addOrReplaceInterceptor("lease", renewals))
        .build();
  }

  private static CompletableFuture<?> elector(
      String namespace, KubernetesClient client, ExecutorService threads) {
    LeaseLock lock = new LeaseLock(namespace, LeaderLease.NAME, OperatorPropertiesFixture.POD);
    LeaderCallbacks callbacks = new LeaderCallbacks(() -> {}, () -> {}, holder -> {});
    var config =
        new LeaderElectionConfig(
            lock,
            Duration.ofSeconds(15),
            Duration.ofSeconds(10),
            RETRY,
            callbacks,
            false,
            LeaderLease.NAME);
    return new LeaderElectorBuilder(client, threads).withConfig(config).build().start();
  }

  private static String renewal(String metadata, String holder) {
    return "{\"metadata\": {%s}, \"spec\": {\"holderIdentity\": \"%s\", \"renewTime\": \"2100-01-01T00:00:00.000000Z\"}}"
        .formatted(metadata, holder);
  }

  private static void write(String patch, KubernetesClient client, Sandbox sandbox) {
    client
        .leases()
        .inNamespace(sandbox.namespace())
        .withName(LeaderLease.NAME)
        .patch(PatchContext.of(PatchType.JSON_MERGE), patch);
  }

  private static String holder(Resource<Lease> lease) {
    Lease held = lease.get();
    return held == null ? "" : held.getSpec().getHolderIdentity();
  }

  private static Resource<Lease> lease(Sandbox sandbox) {
    return sandbox.client().leases().inNamespace(sandbox.namespace()).withName(LeaderLease.NAME);
  }
}
