package org.natsoperator.lookup;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ManagedFieldsEntry;
import io.fabric8.kubernetes.api.model.ManagedFieldsEntryBuilder;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.api.NatsServiceRole;
import org.natsoperator.testing.Clusters;
import org.natsoperator.testing.Roles;

class PrunedFieldsTest {

  private static final OwnerReference CLUSTER = owner("nats.io/v1alpha2", null);
  private static final OwnerReference CONTROLLER = owner("example.com/v1", true);
  private static final OwnerReference OTHER = owner("v1", null);

  @Test
  void clusterHasNoOwner() {
    NatsCluster cluster = Clusters.cluster("{size: 3}");
    cluster.getMetadata().setOwnerReferences(List.of(OTHER));

    PrunedFields.cluster(cluster);

    assertThat(cluster.getMetadata().getOwnerReferences()).isNullOrEmpty();
    assertThat(cluster.getSpec().size()).isEqualTo(3);
  }

  @Test
  void roleHasNoStatus() {
    NatsServiceRole role = Roles.user();
    role.setStatus(Roles.status());

    PrunedFields.role(role);

    assertThat(role.getStatus()).isNull();
    assertThat(role.getSpec().permissions().publish()).isNotEmpty();
  }

  /** A user can create pods with many large volumes. */
  @Test
  void clientPodHasOnlyTokensForClusters() {
    Pod pod =
        Serialization.unmarshal(
            """
            kind: Pod
            apiVersion: v1
            metadata: {name: a, namespace: b, labels: {nats_cluster: c}}
            spec:
              containers: [{name: a, image: a}]
              volumes:
                - {name: a, secret: {secretName: a-c-bound-token}}
                - {name: b, secret: {secretName: other}}
                - name: c
                  projected:
                    sources:
                      - secret: {name: b-c-bound-token}
                      - serviceAccountToken: {audience: "nats://c.b.svc", path: token}
                      - serviceAccountToken: {audience: "https://kubernetes", path: other}
                      - serviceAccountToken: {path: third}
            status:
              phase: Running
              podIPs: [{ip: 10.0.0.1}]
              containerStatuses:
                - {name: a, image: a, state: {running: {startedAt: "2026-01-02T00:00:00Z"}}}
                - {name: b, state: {running: {startedAt: "2026-01-01T00:00:00Z"}}}
                - {name: c, state: {waiting: {reason: CrashLoopBackOff}}}
            """,
            Pod.class);

    PrunedFields.clientPod(pod);
    PrunedFields.clientPod(pod);

    assertThat(pod.getSpec().getVolumes()).hasSize(3);
    assertThat(ClientTokens.keysOfPod(pod))
        .containsExactly("b/a-c-bound-token", "b/b-c-bound-token");
    assertThat(ClientTokens.audiences(pod)).containsExactly("nats://c.b.svc");
    assertThat(ClientTokens.isLive(pod)).isTrue();
    assertThat(pod.getSpec().getContainers()).isNullOrEmpty();
    assertThat(pod.getStatus().getContainerStatuses())
        .singleElement()
        .satisfies(
            container -> {
              assertThat(container.getName()).isNull();
              assertThat(container.getState().getRunning().getStartedAt())
                  .isEqualTo("2026-01-02T00:00:00Z");
            });

    pod.getStatus().setPhase("Succeeded");
    assertThat(ClientTokens.isLive(pod)).isFalse();
  }

  /** The API server admits a name that no Secret can have, and of any length. */
  @Test
  void clientPodHasNoLongNames() {
    Pod pod =
        new PodBuilder()
            .withNewMetadata()
            .withNamespace("b")
            .endMetadata()
            .withNewSpec()
            .addNewVolume()
            .withNewSecret()
            .withSecretName("a".repeat(1_000_000) + "-bound-token")
            .endSecret()
            .endVolume()
            .endSpec()
            .build();

    PrunedFields.clientPod(pod);

    assertThat(pod.getSpec().getVolumes()).isEmpty();
  }

  /** The operator does not change a Secret that another controller owns. */
  @Test
  void secretHasOwnersThatTheOperatorReads() {
    Secret secret = secret(CLUSTER, OTHER, CONTROLLER);

    PrunedFields.secret(secret);

    assertThat(secret.getMetadata().getOwnerReferences()).containsExactly(CONTROLLER, CLUSTER);
  }

  @Test
  void secretHasLimitedOwnersAndFinalizers() {
    List<OwnerReference> owners = new ArrayList<>(Collections.nCopies(100, CLUSTER));
    owners.add(CONTROLLER);
    Secret secret = secret(owners.toArray(OwnerReference[]::new));
    secret
        .getMetadata()
        .setFinalizers(IntStream.range(0, 100).mapToObj(i -> "example.com/" + i).toList());

    PrunedFields.secret(secret);

    assertThat(secret.getMetadata().getOwnerReferences()).hasSize(10).startsWith(CONTROLLER);
    assertThat(secret.getMetadata().getFinalizers()).hasSize(10).startsWith("example.com/0");
  }

  @Test
  void configurationSecretHasOnlyManagedFieldsOfOperator() {
    Secret secret = secret(CLUSTER);

    PrunedFields.secret(secret);

    assertThat(secret.getMetadata().getManagedFields())
        .extracting(ManagedFieldsEntry::getManager)
        .containsExactly("nats-operator");
  }

  @Test
  void otherSecretHasNoManagedFields() {
    Secret foreign = secret(CONTROLLER);
    Secret token = secret(CLUSTER);
    token.getMetadata().setName("a-example-nats-bound-token");

    PrunedFields.secret(foreign);
    PrunedFields.secret(token);

    assertThat(foreign.getMetadata().getManagedFields()).isNullOrEmpty();
    assertThat(token.getMetadata().getManagedFields()).isNullOrEmpty();
  }

  private static Secret secret(OwnerReference... owners) {
    return new SecretBuilder()
        .withNewMetadata()
        .withName("example-nats-0123456789")
        .withOwnerReferences(owners)
        .withManagedFields(writtenBy("kubectl"), writtenBy("nats-operator"))
        .endMetadata()
        .build();
  }

  private static ManagedFieldsEntry writtenBy(String manager) {
    return new ManagedFieldsEntryBuilder().withManager(manager).build();
  }

  private static OwnerReference owner(String apiVersion, Boolean controller) {
    return new OwnerReferenceBuilder()
        .withApiVersion(apiVersion)
        .withKind("Owner")
        .withName("a")
        .withUid("a")
        .withController(controller)
        .build();
  }
}
