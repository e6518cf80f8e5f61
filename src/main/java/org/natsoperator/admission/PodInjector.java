package org.natsoperator.admission;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.natsoperator.role.ClusterReference;
import org.natsoperator.role.Identity;
import org.natsoperator.validation.FieldError;

/**
 * Wires client pods: the token of their ServiceAccount as a volume, its mount in every container,
 * and the variables of {@link ClientEnv}. Debugging containers of a running pod get what their pod
 * has. Applied to its own result it changes nothing, whatever others did to the pod in between.
 */
final class PodInjector implements Reviewer {

  /**
   * Audit annotation: {@value #INJECTED}, {@value #UNCHANGED}, {@value #REFUSED} or an {@link
   * Exemption}.
   */
  static final String INJECTION = "injection";

  static final String INJECTED = "Injected";

  /** It has all it needs. */
  static final String UNCHANGED = "Unchanged";

  /** What it asks for makes no sense. */
  static final String REFUSED = "Refused";

  /** All that {@value #INJECTION} may be. */
  static final List<String> REASONS =
      Stream.concat(
              Stream.of(INJECTED, UNCHANGED, REFUSED),
              Stream.of(Exemption.values()).map(Exemption::toString))
          .toList();

  /** Audit annotation: as the pod's annotation {@value PodAnnotations#INJECTED}. */
  static final String CLUSTERS = "clusters";

  private final ClusterLookup lookup;

  PodInjector(ClusterLookup lookup) {
    this.lookup = lookup;
  }

  @Override
  public Answer review(Review review) {
    Optional<Exemption> exemption = Exemption.of(review, lookup::watches);
    if (exemption.isPresent()) {
      return answer(List.of(), List.of(), Map.of(INJECTION, exemption.get().toString()));
    }
    PodTree pod = new PodTree(review.object());
    PodWishes wishes = PodWishes.of(pod, review.namespace());
    if (!wishes.errors().isEmpty()) {
      return refused(review, wishes.errors());
    }
    List<ClientCluster> clusters =
        wishes.clusters().stream().map(cluster -> find(review, pod, cluster)).toList();
    List<FieldError> errors = clusters.stream().flatMap(ClientCluster::errors).toList();
    return errors.isEmpty() ? wired(review, pod, wishes, clusters) : refused(review, errors);
  }

  private ClientCluster find(Review review, PodTree pod, ClusterReference cluster) {
    Identity client = new Identity(review.namespace(), ClientAccount.of(pod, cluster.name()));
    return ClientCluster.of(lookup.find(client, cluster));
  }

  private static Answer wired(
      Review review, PodTree pod, PodWishes wishes, List<ClientCluster> clusters) {
    UserWarnings warnings = new UserWarnings();
    List<JsonNode> patch;
    if (Exemption.isForDebugging(review)) {
      PodTree before = new PodTree(review.oldObject());
      patch = PodWiring.ofRunning(pod, before, wishes, clusters, warnings);
    } else {
      WishWarnings.add(pod, wishes, clusters, warnings);
      patch = PodWiring.ofNew(pod, wishes, clusters, warnings);
    }
    Map<String, String> audit =
        Map.of(
            INJECTION,
            patch.isEmpty() ? UNCHANGED : INJECTED,
            CLUSTERS,
            PodMarks.injected(clusters));
    return answer(warnings.all(), patch, audit);
  }

  /** A running pod's mistake must not keep its user from looking into it. */
  private static Answer refused(Review review, List<FieldError> errors) {
    Map<String, String> audit = Map.of(INJECTION, REFUSED);
    if (!Exemption.isForDebugging(review)) {
      return new Answer(errors, List.of(), audit, List.of());
    }
    UserWarnings warnings = new UserWarnings();
    errors.forEach(error -> warnings.add(error.toString()));
    return answer(warnings.all(), List.of(), audit);
  }

  private static Answer answer(
      List<String> warnings, List<JsonNode> patch, Map<String, String> audit) {
    return new Answer(List.of(), warnings, audit, patch);
  }
}
