package org.natsoperator.cluster.plan;

import java.util.Optional;
import org.natsoperator.api.CalloutKeys;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.config.ClusterKeys;
import org.natsoperator.validation.FieldError;

/**
 * The public keys of the auth callout that the status of a cluster records. The operator never
 * accepts other keys: who replaces the Secret could otherwise admit clients.
 */
final class RecordedCalloutKeys {

  private RecordedCalloutKeys() {}

  /** The error if the Secret contains other keys than the status. */
  static Optional<FieldError> mistake(ObservedCluster observed) {
    return differing(observed)
        .map(
            recorded ->
                new FieldError(
                    "status.calloutKeys",
                    ("Secret nats-cluster-%s-callout in the operator's namespace has other keys;"
                            + " restore it, or set spec.auth.serviceAccountTokens to BoundSecret"
                            + " and later back to Projected, which accepts its keys")
                        .formatted(observed.cluster().getMetadata().getUid())));
  }

  /** The keys in the configuration: the recorded ones, if there are any. */
  static ClusterKeys effective(ObservedCluster observed) {
    return differing(observed).map(observed.keys()::withCallout).orElse(observed.keys());
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

  private static Optional<CalloutKeys> differing(ObservedCluster observed) {
    return observed
        .keys()
        .callout()
        .flatMap(current -> recorded(observed.cluster()).filter(keys -> !keys.equals(current)));
  }

  private static Optional<CalloutKeys> recorded(NatsCluster cluster) {
    return Optional.ofNullable(cluster.getStatus()).map(status -> status.calloutKeys());
  }
}
