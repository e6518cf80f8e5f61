package org.natsoperator.admission.inject;

import static org.natsoperator.admission.inject.JsonPatch.JSON;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.stream.Collectors;
import org.natsoperator.admission.review.AdmissionWarnings;

/** What a new pod is given as a whole: a word of what was done to it, and a group if it wants. */
record PodMetadataPatch(PodView pod, InjectionOptions options, List<ResolvedCluster> clusters) {

  /** The clusters and how the pod gets their tokens, {@code <namespace>/<cluster>=<way>}. */
  static String injected(List<ResolvedCluster> clusters) {
    return clusters.stream()
        .map(cluster -> cluster + "=" + cluster.trust())
        .collect(Collectors.joining(","));
  }

  void writeTo(JsonPatch patch, AdmissionWarnings warnings) {
    options.fsGroup().ifPresent(group -> putGroup(group, patch, warnings));
    if (JsonPatch.isAbsent(pod.annotations().path(InjectionAnnotations.INJECTED))) {
      patch.put(
          "/metadata/annotations",
          pod.annotations(),
          InjectionAnnotations.INJECTED,
          JSON.textNode(injected(clusters)));
    }
  }

  private void putGroup(long group, JsonPatch patch, AdmissionWarnings warnings) {
    JsonNode there = pod.securityContext().path("fsGroup");
    if (JsonPatch.isAbsent(there)) {
      patch.put("/spec/securityContext", pod.securityContext(), "fsGroup", JSON.numberNode(group));
    } else if (there.asLong() != group) {
      warnings.add(
          "%s: spec.securityContext.fsGroup is set already and stays as it is",
          InjectionAnnotations.FS_GROUP);
    }
  }
}
