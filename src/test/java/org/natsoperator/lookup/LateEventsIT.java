package org.natsoperator.lookup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.natsoperator.testing.Manifests.CLUSTER;
import static org.springframework.test.util.ReflectionTestUtils.getField;

import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;
import org.natsoperator.testing.LoopbackServer;
import org.natsoperator.testing.Manifests;
import org.natsoperator.testing.OperatorTest;
import org.natsoperator.testing.Sandbox;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ApplicationContext;

/**
 * The events of StatefulSets arrive late: the client ends each watch every 5 to 10 minutes, and
 * then waits before it begins the next.
 */
@OperatorTest
class LateEventsIT {

  @Autowired private ApplicationContext operator;

  /** Otherwise it finds the pods of the StatefulSet only a minute later. */
  @Test
  void operatorKnowsStatefulSetThatItCreated(Sandbox sandbox) throws Exception {
    Semaphore end = new Semaphore(0);
    eventsOfStatefulSets().execute(end::acquireUninterruptibly);
    sandbox.apply(Manifests.cluster(1, "2.15.3"));
    await().until(() -> sandbox.statefulSet(CLUSTER), Objects::nonNull);
    try (LoopbackServer ignored =
        LoopbackServer.of(sandbox.statefulSet(CLUSTER), sandbox.client())) {
      await()
          .untilAsserted(
              () -> assertThat(sandbox.cluster(CLUSTER).getStatus().servers()).isEqualTo("1/1"));
      assertThat(sandbox.clusterCondition(CLUSTER, "Ready").getMessage())
          .contains("waiting for the StatefulSet");
      end.release();
      await()
          .untilAsserted(
              () ->
                  assertThat(sandbox.clusterCondition(CLUSTER, "Ready").getStatus())
                      .isEqualTo("True"));
    } finally {
      end.release();
    }
  }

  /** Delivers the events of the watch. The client has no method that returns it. */
  private Executor eventsOfStatefulSets() {
    Object reconciler = operator.getBean("natsClusterReconciler");
    List<?> sources = (List<?>) getField(field(reconciler, "caches"), "applied");
    Object source =
        sources.stream()
            .filter(
                one -> ((InformerEventSource<?, ?>) one).resourceType().equals(StatefulSet.class))
            .findFirst()
            .orElseThrow();
    Map<?, ?> informers = (Map<?, ?>) field(field(source, "cache"), "sources");
    Object informer = field(informers.values().iterator().next(), "informer");
    var watch = (CompletableFuture<?>) field(field(informer, "reflector"), "watchFuture");
    return (Executor) field(watch.join(), "serialExecutor");
  }

  private static Object field(Object owner, String name) {
    return Objects.requireNonNull(getField(owner, name));
  }
}
