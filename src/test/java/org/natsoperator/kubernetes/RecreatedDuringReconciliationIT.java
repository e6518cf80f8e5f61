package org.natsoperator.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.javaoperatorsdk.operator.Operator;
import io.javaoperatorsdk.operator.api.monitoring.Metrics;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.Event;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.ResourceAction;
import io.javaoperatorsdk.operator.processing.event.source.controller.ResourceEvent;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.natsoperator.testing.ApiServer;
import org.natsoperator.testing.LongTest;
import org.natsoperator.testing.Sandbox;
import org.springframework.scheduling.concurrent.SimpleAsyncTaskScheduler;

/**
 * The SDK reports the deletion of an object together with the object that replaced it, if both
 * events arrive during a reconciliation.
 */
@LongTest
@ExtendWith(ApiServer.class)
class RecreatedDuringReconciliationIT {

  private final CountDownLatch firstMayEnd = new CountDownLatch(1);
  private final CountDownLatch deletionMayEnd = new CountDownLatch(1);
  private final List<Call> calls = new CopyOnWriteArrayList<>();
  private final List<ResourceAction> events = new CopyOnWriteArrayList<>();
  private Operator operator;

  private record Call(String uid, boolean deleted) {}

  @AfterEach
  void stop() {
    firstMayEnd.countDown();
    deletionMayEnd.countDown();
    operator.stop();
  }

  @Test
  void secondObjectIsReconciled(Sandbox sandbox) {
    deletionMayEnd.countDown();
    ConfigMap second = recreateDuringReconciliation(sandbox);

    await().until(() -> calls.contains(new Call(uid(second), false)));
    assertThat(calls)
        .as("calls of the reconciler, with the order that this test is about")
        .containsSubsequence(new Call(uid(second), true), new Call(uid(second), false));
  }

  /** The SDK drops the events that arrive during the reconciliation of the deletion, too. */
  @Test
  void secondObjectIsReconciledAfterSlowDeletion(Sandbox sandbox) {
    ConfigMap second = recreateDuringReconciliation(sandbox);
    await().until(() -> calls.contains(new Call(uid(second), true)));
    long before = updates();
    await().until(() -> updates() > before);
    deletionMayEnd.countDown();

    await().until(() -> calls.contains(new Call(uid(second), false)));
  }

  private long updates() {
    return events.stream().filter(ResourceAction.UPDATED::equals).count();
  }

  /** Returns the second object. The SDK has received all events before the first call ends. */
  private ConfigMap recreateDuringReconciliation(Sandbox sandbox) {
    start(sandbox);
    ConfigMap first = create(sandbox);
    await().until(() -> calls.contains(new Call(uid(first), false)));
    sandbox.delete(first);
    ConfigMap second = create(sandbox);
    await()
        .untilAsserted(
            () ->
                assertThat(events)
                    .startsWith(
                        ResourceAction.ADDED, ResourceAction.DELETED, ResourceAction.ADDED));
    firstMayEnd.countDown();
    return second;
  }

  private void start(Sandbox sandbox) {
    operator =
        new Operator(
            configuration ->
                configuration
                    .withKubernetesClient(sandbox.client())
                    .withCloseClientOnStop(false)
                    .withMetrics(new ReceivedEvents()));
    operator.register(
        new SlowReconciler(), controller -> controller.settingNamespace(sandbox.namespace()));
    operator.start();
  }

  private static ConfigMap create(Sandbox sandbox) {
    ConfigMap object = new ConfigMapBuilder().withNewMetadata().withName("a").endMetadata().build();
    return sandbox.client().resource(object).inNamespace(sandbox.namespace()).create();
  }

  private static String uid(HasMetadata object) {
    return object.getMetadata().getUid();
  }

  /** Does not end its first reconciliation, or that of a deletion, until the test allows it. */
  @ControllerConfiguration(triggerReconcilerOnAllEvents = true)
  private class SlowReconciler implements Reconciler<ConfigMap> {

    private OverlookedResourceEventSource<ConfigMap> overlooked;

    @Override
    public List<EventSource<?, ConfigMap>> prepareEventSources(
        EventSourceContext<ConfigMap> context) {
      overlooked =
          new OverlookedResourceEventSource<>(
              context.getPrimaryCache(),
              object -> true,
              object -> 1,
              new SimpleAsyncTaskScheduler());
      return List.of(overlooked);
    }

    @Override
    public UpdateControl<ConfigMap> reconcile(ConfigMap object, Context<ConfigMap> context)
        throws InterruptedException {
      overlooked.reconciling(object, context);
      calls.add(new Call(uid(object), context.isPrimaryResourceDeleted()));
      (context.isPrimaryResourceDeleted() ? deletionMayEnd : firstMayEnd).await();
      return UpdateControl.noUpdate();
    }
  }

  /** The events of objects that the SDK has received. */
  private class ReceivedEvents implements Metrics {

    @Override
    public void eventReceived(Event event, Map<String, Object> metadata) {
      if (event instanceof ResourceEvent resource) {
        events.add(resource.getAction());
      }
    }
  }
}
