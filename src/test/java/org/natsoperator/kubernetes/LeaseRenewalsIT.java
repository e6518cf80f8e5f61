package org.natsoperator.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.natsoperator.testing.ApiServer;
import org.natsoperator.testing.Sandbox;

@ExtendWith(ApiServer.class)
class LeaseRenewalsIT {

  private static final Duration LONGEST = Duration.ofSeconds(10);

  private final AtomicReference<Instant> now = new AtomicReference<>(Instant.EPOCH);
  private final LeaseRenewals renewals = new LeaseRenewals(now::get);

  @Test
  void are_seen_in_what_the_elector_asks(Sandbox sandbox) {
    try (KubernetesClient client =
        new KubernetesClientBuilder()
            .withConfig(sandbox.client().getConfiguration())
            .withHttpClientBuilderConsumer(http -> http.addOrReplaceInterceptor("lease", renewals))
            .build()) {
      Lease lease = client.resource(lease(sandbox)).create();
      later();
      assertThat(renewals.areOverdue(LONGEST)).as("who never led").isFalse();
      Lease renewed = renew(lease, client);
      assertThat(renewals.areOverdue(LONGEST)).isFalse();
      later();
      assertThat(renewals.areOverdue(LONGEST)).isTrue();
      client.resource(renewed).get();
      assertThatThrownBy(() -> renew(lease, client)).as("of an old state").isInstanceOf(KubernetesClientException.class);
      assertThat(renewals.areOverdue(LONGEST)).isTrue();
      renew(renewed, client);
      assertThat(renewals.areOverdue(LONGEST)).isFalse();
    }
  }

  private void later() {
    now.updateAndGet(time -> time.plus(LONGEST).plusSeconds(1));
  }

  private static Lease renew(Lease lease, KubernetesClient client) {
    Lease renewed = new LeaseBuilder(lease).editSpec().withHolderIdentity(now(lease)).endSpec().build();
    return client.resource(renewed).patch(PatchContext.of(PatchType.JSON_MERGE));
  }

  /** So that each is another state. */
  private static String now(Lease lease) {
    return "holder-after-" + lease.getMetadata().getResourceVersion();
  }

  private static Lease lease(Sandbox sandbox) {
    return new LeaseBuilder().withNewMetadata().withName(LeaderLease.NAME).withNamespace(sandbox.namespace()).endMetadata().withNewSpec().endSpec().build();
  }
}
