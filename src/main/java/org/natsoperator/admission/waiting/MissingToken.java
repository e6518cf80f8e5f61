package org.natsoperator.admission.waiting;

import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.natsoperator.access.ClientNames;
import org.natsoperator.admission.inject.ResolvedCluster;
import org.natsoperator.lookup.ClientTokens;
import org.natsoperator.lookup.ObservedClient;

/** Decides whether a client pod waits for a token, and why. */
final class MissingToken {

  /** The operator issues a token within a second of the last object that it needs. */
  static final Duration USUAL_WAIT = Duration.ofSeconds(30);

  private MissingToken() {}

  /**
   * The token Secrets that a pod waits for; empty if its containers have started, if it has no node
   * yet, or if it is new.
   *
   * @param hasToken whether the Secret of this name contains a token
   */
  static List<String> secrets(Pod pod, Predicate<String> hasToken, Instant now) {
    var meta = pod.getMetadata();
    Instant created = Instant.parse(meta.getCreationTimestamp());
    return meta.getDeletionTimestamp() == null
            && pod.getStatus() != null
            && "Pending".equals(pod.getStatus().getPhase())
            && pod.getSpec().getNodeName() != null
            && !now.isBefore(created.plus(USUAL_WAIT))
        ? ClientTokens.secrets(pod)
            .filter(name -> name.endsWith(ClientNames.SECRET_SUFFIX))
            .filter(hasToken.negate())
            .distinct()
            .toList()
        : List.of();
  }

  /**
   * The cause, without the name of the pod: it is the same for all pods of an owner.
   *
   * @param missing Secrets that the pod waits for
   * @param clients what is known about each cluster that the pod names
   * @return empty if it is not known
   */
  static Optional<String> cause(List<String> missing, List<ObservedClient> clients) {
    if (clients.isEmpty() || clients.stream().anyMatch(client -> !client.certain())) {
      return Optional.empty();
    }
    List<ResolvedCluster> clusters = clients.stream().map(ResolvedCluster::of).toList();
    String warnings =
        clusters.stream()
            .flatMap(cluster -> cluster.warnings().stream())
            .distinct()
            .collect(Collectors.joining("; "));
    return Optional.of(warnings.isEmpty() ? withoutWarning(missing, clusters) : warnings);
  }

  /** Clusters and roles are as the webhook wants them now, but maybe were not at the injection. */
  private static String withoutWarning(List<String> missing, List<ResolvedCluster> clusters) {
    List<String> issued = names(clusters).map(ClientNames::secret).toList();
    List<String> unused = missing.stream().filter(name -> !issued.contains(name)).toList();
    return unused.isEmpty()
        ? "the token of NatsServiceRole %s is not issued; see the conditions of the role"
            .formatted(
                names(clusters)
                    .map(client -> client.identity().serviceAccount())
                    .distinct()
                    .collect(Collectors.joining(", ")))
        : "Secret %s is not used any more, since the role or the cluster changed after the pod was created; recreate the pod"
            .formatted(String.join(", ", unused));
  }

  private static Stream<ClientNames> names(List<ResolvedCluster> clusters) {
    return clusters.stream().map(ResolvedCluster::client);
  }
}
