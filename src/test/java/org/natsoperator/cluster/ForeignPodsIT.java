package org.natsoperator.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.natsoperator.testing.Manifests.CLUSTER;

import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import org.junit.jupiter.api.Test;
import org.natsoperator.testing.Manifests;
import org.natsoperator.testing.OperatorTest;
import org.natsoperator.testing.Sandbox;

/** Pods that look like servers, as every user who can create pods can make them. */
@OperatorTest
class ForeignPodsIT {

  @Test
  void clusterIgnoresPodWithOwnerOfServersAndForeignName(Sandbox sandbox) {
    sandbox.apply(
        Manifests.cluster(),
        Manifests.serviceAccount("nats-user"),
        Manifests.role("nats-user", "foo"));
    await().untilAsserted(() -> assertThat(sandbox.statefulSet(CLUSTER)).isNotNull());
    StatefulSet set = sandbox.statefulSet(CLUSTER);
    sandbox
        .client()
        .resource(
            new PodBuilder()
                .withNewMetadata()
                .withName(CLUSTER + "-x")
                .withNamespace(sandbox.namespace())
                .withLabels(set.getSpec().getTemplate().getMetadata().getLabels())
                .addNewOwnerReference()
                .withApiVersion("apps/v1")
                .withKind("StatefulSet")
                .withName(set.getMetadata().getName())
                .withUid(set.getMetadata().getUid())
                .withController(true)
                .endOwnerReference()
                .endMetadata()
                .withNewSpec()
                .withAutomountServiceAccountToken(false)
                .addNewContainer()
                .withName("a")
                .withImage("a")
                .endContainer()
                .endSpec()
                .build())
        .create();

    sandbox.apply(Manifests.role("nats-user", "foo", "hi"));

    await()
        .untilAsserted(
            () ->
                assertThat(
                        sandbox.user(CLUSTER, "nats-user").at("/permissions/subscribe").toString())
                    .isEqualTo(
                        "[\"foo\",\"hi\",\"_INBOX_.%s.nats-user.>\"]"
                            .formatted(sandbox.namespace())));
  }
}
