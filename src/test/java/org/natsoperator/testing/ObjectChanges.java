package org.natsoperator.testing;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.natsoperator.kubernetes.ChangeHandler;

/** Changes of the StatefulSets, pods and Secrets of a namespace. Use it in a try block. */
final class ObjectChanges implements AutoCloseable {

  private final Semaphore changes = new Semaphore(0);
  private final List<SharedIndexInformer<?>> informers;

  ObjectChanges(Sandbox sandbox) {
    KubernetesClient client = sandbox.client();
    String namespace = sandbox.namespace();
    informers =
        List.of(
            client.apps().statefulSets().inNamespace(namespace).inform(handler()),
            client.pods().inNamespace(namespace).inform(handler()),
            client.secrets().inNamespace(namespace).inform(handler()));
  }

  /** Waits for a change since the last call, for at most this time. */
  void await(Duration timeout) throws InterruptedException {
    if (changes.tryAcquire(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
      changes.drainPermits();
    }
  }

  @Override
  public void close() {
    informers.forEach(SharedIndexInformer::close);
  }

  private <T> ChangeHandler<T> handler() {
    return new ChangeHandler<>(added -> changes.release(), deleted -> changes.release());
  }
}
