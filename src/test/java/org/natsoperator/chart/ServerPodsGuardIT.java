package org.natsoperator.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.natsoperator.chart.Pods.SERVER;
import static org.natsoperator.chart.Pods.STATEFUL_SET_CONTROLLER;
import static org.natsoperator.chart.Pods.asController;
import static org.natsoperator.chart.Pods.owned;
import static org.natsoperator.chart.Users.rejection;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.natsoperator.testing.ChartServer;

/**
 * Clients send their tokens to each pod that looks like a server. Only the StatefulSet of a cluster
 * can create such pods.
 */
@ExtendWith(ChartServer.class)
class ServerPodsGuardIT {

  static final String REMEDY = "remove the label app=nats, since a client needs only nats_cluster";
  private static String namespace;
  private static KubernetesClient developer;

  @BeforeAll
  static void awaitPolicy() {
    namespace = ChartServer.namespace("guarded");
    developer = Users.developer(namespace);
    Pod server = Pods.labeled(namespace, SERVER);
    Users.awaitRejection(() -> developer.resource(server).dryRun().create(), REMEDY);
  }

  @Test
  void rejectsServerPodThatUserCreates() {
    Pod server = Pods.labeled(namespace, SERVER);

    assertThat(rejection(() -> developer.resource(server).create())).contains(REMEDY);
    assertThat(rejection(() -> ChartServer.client().resource(server).create())).contains(REMEDY);
  }

  @ParameterizedTest
  @CsvSource({
    "system:serviceaccount:kube-system:replicaset-controller, StatefulSet, example-nats",
    "system:serviceaccount:kube-system:statefulset-controller, StatefulSet, another",
    "system:serviceaccount:kube-system:statefulset-controller, ReplicaSet, example-nats",
    "system:kube-controller-manager, ReplicaSet, example-nats",
    "system:admin, StatefulSet, example-nats"
  })
  void rejectsServerPodOfAnotherController(String user, String ownerKind, String ownerName) {
    Pod pod = owned(Pods.labeled(namespace, SERVER), ownerKind, ownerName);

    assertThat(rejection(() -> asController(user).resource(pod).create())).contains(REMEDY);
  }

  @Test
  void rejectsServerPodWhoseOwnerIsNotController() {
    Pod pod = Pods.server(namespace);
    pod.getMetadata().getOwnerReferences().getFirst().setController(null);

    assertThat(rejection(() -> asController(STATEFUL_SET_CONTROLLER).resource(pod).create()))
        .contains(REMEDY);
  }

  @ParameterizedTest
  @ValueSource(strings = {STATEFUL_SET_CONTROLLER, "system:kube-controller-manager"})
  void acceptsServerPodOfStatefulSetOfCluster(String controller) {
    Pod created = asController(controller).resource(Pods.server(namespace)).create();

    assertThat(created.getMetadata().getLabels()).containsAllEntriesOf(SERVER);
  }
}
