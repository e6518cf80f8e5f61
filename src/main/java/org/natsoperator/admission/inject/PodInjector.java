package org.natsoperator.admission.inject;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.natsoperator.access.Identity;
import org.natsoperator.admission.review.AdmissionHandler;
import org.natsoperator.admission.review.AdmissionRequest;
import org.natsoperator.admission.review.AdmissionResponse;
import org.natsoperator.admission.review.AdmissionWarnings;
import org.natsoperator.lookup.ClusterLookup;
import org.natsoperator.lookup.ObservedClient;
import org.natsoperator.validation.FieldError;

/**
 * Adds to a client pod a volume with the token of its ServiceAccount, a mount in every container,
 * and the variables of {@link ClientEnv}. Ephemeral containers get the volumes that their pod has.
 * It does not change its own result, even after other changes to the pod.
 */
public final class PodInjector implements AdmissionHandler {

  /**
   * Audit annotation: {@value #INJECTED}, {@value #UNCHANGED}, {@value #REFUSED} or a {@link
   * SkipReason}.
   */
  static final String INJECTION = "injection";

  static final String INJECTED = "Injected";

  /** The pod already has everything. */
  static final String UNCHANGED = "Unchanged";

  /** The pod's label or annotations are invalid. */
  static final String REFUSED = "Refused";

  /** All values of {@value #INJECTION}. */
  static final List<String> REASONS =
      Stream.concat(
              Stream.of(INJECTED, UNCHANGED, REFUSED),
              Stream.of(SkipReason.values()).map(SkipReason::toString))
          .toList();

  /** Audit annotation: as the pod's annotation {@value InjectionAnnotations#INJECTED}. */
  static final String CLUSTERS = "clusters";

  private final ClusterLookup lookup;

  public PodInjector(ClusterLookup lookup) {
    this.lookup = lookup;
  }

  @Override
  public AdmissionResponse handle(AdmissionRequest request) {
    Optional<SkipReason> skipReason = SkipReason.of(request, lookup::watches);
    if (skipReason.isPresent()) {
      Map<String, String> audit = Map.of(INJECTION, skipReason.get().toString());
      return new AdmissionResponse(List.of(), List.of(), audit, List.of());
    }
    PodView pod = new PodView(request.object());
    InjectionOptions options = InjectionOptions.of(pod, request.namespace());
    if (!options.errors().isEmpty()) {
      return refused(request, options.errors());
    }
    List<ResolvedCluster> clusters =
        clients(request, pod, options).map(ResolvedCluster::of).toList();
    List<FieldError> errors = clusters.stream().flatMap(ResolvedCluster::errors).toList();
    return errors.isEmpty() ? injected(request, pod, options, clusters) : refused(request, errors);
  }

  /**
   * What is known about each cluster that a client pod names; none for a pod that the webhook would
   * skip or reject.
   */
  public List<ObservedClient> clients(AdmissionRequest request) {
    PodView pod = new PodView(request.object());
    InjectionOptions options = InjectionOptions.of(pod, request.namespace());
    return SkipReason.of(request, lookup::watches).isPresent() || !options.errors().isEmpty()
        ? List.of()
        : clients(request, pod, options).toList();
  }

  private Stream<ObservedClient> clients(
      AdmissionRequest request, PodView pod, InjectionOptions options) {
    return options.clusters().stream()
        .map(
            cluster ->
                lookup.find(
                    new Identity(request.namespace(), pod.client(cluster.name())), cluster));
  }

  private static AdmissionResponse injected(
      AdmissionRequest request,
      PodView pod,
      InjectionOptions options,
      List<ResolvedCluster> clusters) {
    AdmissionWarnings warnings = new AdmissionWarnings();
    List<JsonNode> patch;
    if (SkipReason.isForDebugging(request)) {
      PodView before = new PodView(request.oldObject());
      patch = PodPatch.ofRunning(pod, before, options, clusters, warnings);
    } else {
      InjectionWarnings.add(pod, options, clusters, warnings);
      patch = PodPatch.ofNew(pod, options, clusters, warnings);
    }
    Map<String, String> audit =
        Map.of(
            INJECTION,
            patch.isEmpty() ? UNCHANGED : INJECTED,
            CLUSTERS,
            PodPatch.injected(clusters));
    return new AdmissionResponse(List.of(), warnings.all(), audit, patch);
  }

  /** Invalid annotations must not prevent a user from debugging a running pod. */
  private static AdmissionResponse refused(AdmissionRequest request, List<FieldError> errors) {
    Map<String, String> audit = Map.of(INJECTION, REFUSED);
    return SkipReason.isForDebugging(request)
        ? new AdmissionResponse(List.of(), AdmissionWarnings.of(errors).all(), audit, List.of())
        : new AdmissionResponse(errors, List.of(), audit, List.of());
  }
}
