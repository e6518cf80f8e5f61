package org.natsoperator.testing;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.util.Optional;
import org.natsoperator.cluster.observed.ObservedServer;
import org.natsoperator.cluster.server.Varz;

/**
 * Builds an {@link ObservedServer} of the cluster of {@link Clusters}. By default its version is
 * {@value #VERSION}, it mounts the Secret {@code config}, has a reloader and does not answer.
 */
public record ObservedServerFixture(Pod pod, Optional<Varz> varz) {

  public static final String VERSION = "2.15.3";

  /** A server that runs and is ready. */
  public static ObservedServerFixture running(String name) {
    return of(ServerPods.running(name, VERSION, "config"));
  }

  /** A server whose pod has no kubelet status yet. */
  public static ObservedServerFixture created(String name) {
    return of(ServerPods.created(name, VERSION, "config"));
  }

  public static ObservedServerFixture of(Pod pod) {
    return new ObservedServerFixture(pod, Optional.empty());
  }

  public ObservedServerFixture version(String version) {
    return new ObservedServerFixture(ServerPods.ofVersion(pod, version), varz);
  }

  public ObservedServerFixture withoutReloader() {
    return new ObservedServerFixture(ServerPods.withoutReloader(pod), varz);
  }

  public ObservedServerFixture configSecret(String name) {
    return new ObservedServerFixture(ServerPods.mounting(pod, name), varz);
  }

  /** The pod is being deleted. */
  public ObservedServerFixture leaving(String deletionTimestamp) {
    return new ObservedServerFixture(
        new PodBuilder(pod)
            .editMetadata()
            .withDeletionTimestamp(deletionTimestamp)
            .endMetadata()
            .build(),
        varz);
  }

  public ObservedServerFixture varz(VarzFixture answer) {
    return varz(Optional.of(answer.build()));
  }

  public ObservedServerFixture varz(Optional<Varz> answer) {
    return new ObservedServerFixture(pod, answer);
  }

  public ObservedServer build() {
    return new ObservedServer(pod, varz);
  }
}
