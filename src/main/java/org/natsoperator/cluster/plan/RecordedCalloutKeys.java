package org.natsoperator.cluster.plan;

import java.util.Optional;
import org.natsoperator.api.CalloutKeys;
import org.natsoperator.api.NatsApi;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.api.NatsClusterStatus;
import org.natsoperator.cluster.observed.ObservedCluster;
import org.natsoperator.config.ClusterKeys;
import org.natsoperator.validation.FieldError;

/**
 * The public keys of the auth callout that the status of a cluster records. The operator accepts
 * other keys only if it created them at the request of the cluster: who replaces the Secret could
 * otherwise admit clients.
 */
final class RecordedCalloutKeys {

  private RecordedCalloutKeys() {}

  /** The error if the Secret contains no keys, or other ones than the status. */
  static Optional<FieldError> mistake(ObservedCluster observed) {
    if (!TokenSwitch.wantsCallout(observed)) {
      return Optional.empty();
    }
    if (observed.keys().callout().isEmpty()) {
      return Optional.of(mistake(observed, "does not contain the keys of the auth callout"));
    }
    return trusted(observed).equals(observed.keys().callout())
        ? Optional.empty()
        : Optional.of(mistake(observed, "has other keys than this status records"));
  }

  private static FieldError mistake(ObservedCluster observed, String what) {
    return new FieldError(
        "status.calloutKeys",
        "Secret nats-cluster-%s-callout in the operator's namespace %s; restore it, or request new keys with another value of the annotation %s"
            .formatted(
                observed.cluster().getMetadata().getUid(), what, NatsApi.RENEW_KEYS_ANNOTATION));
  }

  /** The keys in the configuration: the recorded ones, if there are any. */
  static ClusterKeys effective(ObservedCluster observed) {
    return observed
        .keys()
        .withCallout(
            TokenSwitch.wantsCallout(observed) ? trusted(observed) : Optional.<CalloutKeys>empty());
  }

  /**
   * The keys to record: those in the configuration, or the recorded ones while a server that was
   * not replaced yet asks the operator.
   */
  static Optional<CalloutKeys> inUse(ObservedCluster observed) {
    return effective(observed)
        .callout()
        .or(
            () ->
                recorded(observed.cluster())
                    .filter(keys -> observed.servers().stream().anyMatch(observed::asksOperator)));
  }

  /** The request for which the keys were created. */
  static Optional<String> renewed(ObservedCluster observed) {
    NatsCluster cluster = observed.cluster();
    return cluster
        .pendingKeyRenewal()
        .filter(request -> observed.keys().callout().isPresent())
        .or(() -> Optional.ofNullable(cluster.getStatus()).map(NatsClusterStatus::renewedKeys))
        .filter(request -> inUse(observed).isPresent());
  }

  private static Optional<CalloutKeys> trusted(ObservedCluster observed) {
    Optional<CalloutKeys> current = observed.keys().callout();
    return recorded(observed.cluster())
        .filter(keys -> observed.cluster().pendingKeyRenewal().isEmpty() || current.isEmpty())
        .or(() -> current);
  }

  private static Optional<CalloutKeys> recorded(NatsCluster cluster) {
    return Optional.ofNullable(cluster.getStatus()).map(NatsClusterStatus::calloutKeys);
  }
}
