package org.natsoperator.admission.inject;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.natsoperator.access.ClusterReference;
import org.natsoperator.access.Identity;
import org.natsoperator.admission.review.AdmissionHandler;
import org.natsoperator.admission.review.AdmissionRequest;
import org.natsoperator.admission.review.AdmissionResponse;
import org.natsoperator.admission.review.AdmissionWarnings;
import org.natsoperator.lookup.ClusterLookup;
import org.natsoperator.validation.FieldError;

/**
 * Wires client pods: the token of their ServiceAccount as a volume, its mount in every container,
 * and the variables of {@link ClientEnv}. Debugging containers of a running pod get what their pod
 * has. Applied to its own result it changes nothing, whatever others did to the pod in between.
 */
public final class PodInjector implements AdmissionHandler {

  /**
   * Audit annotation: {@value #INJECTED}, {@value #UNCHANGED}, {@value #REFUSED} or a {@link
   * SkipReason}.
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
      return response(List.of(), List.of(), Map.of(INJECTION, skipReason.get().toString()));
    }
    PodView pod = new PodView(request.object());
    InjectionOptions options = InjectionOptions.of(pod, request.namespace());
    if (!options.errors().isEmpty()) {
      return refused(request, options.errors());
    }
    List<ResolvedCluster> clusters =
        options.clusters().stream().map(cluster -> find(request, pod, cluster)).toList();
    List<FieldError> errors = clusters.stream().flatMap(ResolvedCluster::errors).toList();
    return errors.isEmpty() ? injected(request, pod, options, clusters) : refused(request, errors);
  }

  private ResolvedCluster find(AdmissionRequest request, PodView pod, ClusterReference cluster) {
    Identity client =
        new Identity(request.namespace(), ClientServiceAccount.of(pod, cluster.name()));
    return ResolvedCluster.of(lookup.find(client, cluster));
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
            PodMetadataPatch.injected(clusters));
    return response(warnings.all(), patch, audit);
  }

  /** A running pod's mistake must not keep its user from looking into it. */
  private static AdmissionResponse refused(AdmissionRequest request, List<FieldError> errors) {
    Map<String, String> audit = Map.of(INJECTION, REFUSED);
    if (!SkipReason.isForDebugging(request)) {
      return new AdmissionResponse(errors, List.of(), audit, List.of());
    }
    AdmissionWarnings warnings = new AdmissionWarnings();
    errors.forEach(error -> warnings.add(error.toString()));
    return response(warnings.all(), List.of(), audit);
  }

  private static AdmissionResponse response(
      List<String> warnings, List<JsonNode> patch, Map<String, String> audit) {
    return new AdmissionResponse(List.of(), warnings, audit, patch);
  }
}
