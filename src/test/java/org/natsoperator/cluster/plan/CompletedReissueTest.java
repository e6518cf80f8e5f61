package org.natsoperator.cluster.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.api.NatsClusterStatus;
import org.natsoperator.cluster.observed.ObservedCluster;
import org.natsoperator.testing.Clusters;
import org.natsoperator.testing.ObservedClusterFixture;
import org.natsoperator.testing.Roles;
import org.natsoperator.token.PreviousToken;

class CompletedReissueTest {

  private static final Secret OLD = Roles.tokenSecret("nats-user", "any");

  @Test
  void isEmptyWithoutRequest() {
    assertThat(completed(Clusters.walkthrough("2.15.3"), true, OLD)).isNull();
  }

  @Test
  void isCompleteWhenEveryRoleHasOnlyNewTokenAndServersConfirmed() {
    Secret fresh = answering("2", OLD);

    assertThat(completed(asking("2"), true, fresh)).isEqualTo("2");
    assertThat(completed(asking("2"), false, fresh)).isEqualTo("1");
    assertThat(completed(asking("2"), true, PreviousToken.keep(OLD, fresh, Instant.EPOCH)))
        .isEqualTo("1");
    assertThat(completed(asking("2"), true, OLD)).isEqualTo("1");
    assertThat(completed(asking("2"), true, answering("1", OLD))).isEqualTo("1");
  }

  @Test
  void doesNotWaitForRoleWithoutToken() {
    assertThat(completed(asking("2"), true)).isEqualTo("2");
  }

  private static String completed(NatsCluster cluster, boolean confirmed, Secret... secrets) {
    ObservedCluster observed =
        ObservedClusterFixture.of(cluster)
            .roles(
                Roles.observed(
                    Roles.user(),
                    List.of(cluster),
                    List.of(Roles.account("nats-user")),
                    List.of(secrets)))
            .build();
    return CompletedReissue.of(observed, confirmed);
  }

  /** A cluster whose status contains the request "1". */
  private static NatsCluster asking(String value) {
    NatsCluster cluster = Clusters.walkthrough("2.15.3");
    cluster.getMetadata().setAnnotations(Map.of("nats.io/reissue", value));
    cluster.setStatus(Serialization.unmarshal("reissued: '1'", NatsClusterStatus.class));
    return cluster;
  }

  private static Secret answering(String value, Secret secret) {
    return new SecretBuilder(secret)
        .editMetadata()
        .addToAnnotations("nats.io/reissued-for-cluster", value)
        .endMetadata()
        .build();
  }
}
