package org.natsoperator.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.natsoperator.testing.Manifests.CLUSTER;

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSetBuilder;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.natsoperator.testing.LoopbackServer;
import org.natsoperator.testing.Manifests;
import org.natsoperator.testing.OperatorTest;
import org.natsoperator.testing.Sandbox;
import org.natsoperator.testing.StatefulSetController;

/** The Events and conditions of a cluster while it changes. */
@OperatorTest
class EventsIT {

  private static final String ONE_SERVER =
      "version: \"2.15.3\"\npod: {enableConfigReload: true}\nauth: {enableServiceAccounts: true}\n";

  @Test
  void reportsAddedServer(Sandbox sandbox) throws IOException, InterruptedException {
    try (LoopbackServer server = server(sandbox)) {
      awaitReady("AllServersReady", sandbox);
      sandbox.apply(Manifests.cluster("size: 2\n" + ONE_SERVER));
      await()
          .untilAsserted(
              () ->
                  assertThat(notes("ScalingUp", sandbox))
                      .containsExactly("scaling from 1 to 2 servers; spec.size is 2"));
      await().untilAsserted(() -> assertThat(ready(sandbox).getStatus()).isEqualTo("False"));
    }
  }

  /**
   * A user who waits for Ready after an edit must not see the Ready condition of the old
   * generation.
   */
  @Test
  void isReadyOnlyAfterServersApplyEdit(Sandbox sandbox) throws IOException, InterruptedException {
    try (LoopbackServer server = server(sandbox)) {
      awaitReady("AllServersReady", sandbox);
      sandbox.apply(Manifests.cluster(ONE_SERVER + "lameDuckDurationSeconds: 60\n"));
      await().untilAsserted(() -> assertThat(ready(sandbox).getObservedGeneration()).isEqualTo(2));
      await()
          .during(Duration.ofSeconds(2))
          .untilAsserted(
              () ->
                  assertThat(ready(sandbox).getStatus())
                      .as(ready(sandbox).getMessage())
                      .isEqualTo("False"));
      StatefulSetController.see(sandbox.statefulSet(CLUSTER), "2", sandbox.client());
      await()
          .untilAsserted(
              () ->
                  assertThat(notes("RollingOut", sandbox))
                      .singleElement()
                      .asString()
                      .startsWith("restarting " + CLUSTER + "-1 (version 2.15.3) to apply"));
    }
  }

  @Test
  void reportsPauseAndStaysReady(Sandbox sandbox) throws IOException, InterruptedException {
    try (LoopbackServer server = server(sandbox)) {
      awaitReady("AllServersReady", sandbox);
      sandbox.apply(Manifests.cluster("paused: true\nlameDuckDurationSeconds: 60\n" + ONE_SERVER));
      awaitReady("Paused", sandbox);
      assertThat(ready(sandbox).getStatus()).isEqualTo("True");
      assertThat(sandbox.clusterCondition(CLUSTER, "Managed").getReason()).isEqualTo("Paused");
    }
  }

  /**
   * The StatefulSet controller may see a manual edit of the template before the operator reverts
   * it.
   */
  @Test
  void manualEditOfTemplateRestartsNoServer(Sandbox sandbox)
      throws IOException, InterruptedException {
    try (LoopbackServer server = server(sandbox)) {
      awaitReady("AllServersReady", sandbox);
      sandbox.apply(Manifests.cluster("paused: true\n" + ONE_SERVER));
      awaitReady("Paused", sandbox);
      StatefulSet edited =
          sandbox
              .client()
              .resource(sandbox.statefulSet(CLUSTER))
              .edit(
                  set ->
                      new StatefulSetBuilder(set)
                          .editSpec()
                          .editTemplate()
                          .editSpec()
                          .editFirstContainer()
                          .withImage("evil:1")
                          .endContainer()
                          .endSpec()
                          .endTemplate()
                          .endSpec()
                          .build());
      StatefulSetController.see(edited, "2", sandbox.client());
      sandbox.apply(Manifests.cluster(ONE_SERVER));
      await()
          .until(
              () ->
                  sandbox
                      .statefulSet(CLUSTER)
                      .getSpec()
                      .getTemplate()
                      .getSpec()
                      .getContainers()
                      .getFirst()
                      .getImage()
                      .equals("nats:2.15.3"));
      StatefulSetController.see(sandbox.statefulSet(CLUSTER), "1", sandbox.client());
      awaitReady("AllServersReady", sandbox);
      assertThat(notes("RollingOut", sandbox)).isEmpty();
    }
  }

  private static LoopbackServer server(Sandbox sandbox) throws IOException, InterruptedException {
    sandbox.apply(Manifests.cluster(ONE_SERVER));
    return LoopbackServer.of(
        await().until(() -> sandbox.statefulSet(CLUSTER), created -> created != null),
        sandbox.client());
  }

  private static void awaitReady(String reason, Sandbox sandbox) {
    await()
        .untilAsserted(
            () ->
                assertThat(ready(sandbox).getReason())
                    .as(ready(sandbox).getMessage())
                    .isEqualTo(reason));
  }

  private static Condition ready(Sandbox sandbox) {
    return sandbox.clusterCondition(CLUSTER, "Ready");
  }

  private static List<String> notes(String reason, Sandbox sandbox) {
    return sandbox.events(sandbox.cluster(CLUSTER)).stream()
        .filter(event -> event.getReason().equals(reason))
        .map(event -> event.getNote())
        .toList();
  }
}
