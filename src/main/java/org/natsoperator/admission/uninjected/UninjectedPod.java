package org.natsoperator.admission.uninjected;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.fabric8.kubernetes.api.model.ObjectReference;
import io.fabric8.kubernetes.api.model.ObjectReferenceBuilder;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.natsoperator.admission.inject.InjectionAnnotations;
import org.natsoperator.admission.inject.PodInjector;
import org.natsoperator.admission.inject.PodView;
import org.natsoperator.admission.review.AdmissionRequest;
import org.natsoperator.admission.review.AdmissionResponse;
import org.natsoperator.api.NatsApi;

/**
 * A client pod that lacks its token, since no webhook was asked when it was made. One that mounts
 * its token by itself lacks nothing that is worth a restart.
 *
 * @param subject what its user looks at: the pod's controller, or the pod itself if it has none
 * @param evictable whether its owner makes it anew and it is then wired without any doubt. The work
 *     of a Job's pod would be lost and count as failed; without cluster or role the new pod would
 *     wait for a token that nobody issues.
 */
record UninjectedPod(
    ObjectReference pod, ObjectReference subject, Instant created, boolean evictable) {

  private static final Set<String> REPLACE_THEIR_PODS =
      Set.of("apps/v1/ReplicaSet", "apps/v1/StatefulSet", "apps/v1/DaemonSet");

  private static final Set<String> FINISHED = Set.of("Succeeded", "Failed");

  /** Decides on a pod that is there by what the injector would do to a new one that is the same. */
  static Optional<UninjectedPod> of(JsonNode pod, PodInjector injector) {
    PodView tree = new PodView(pod);
    if (tree.annotation(InjectionAnnotations.INJECTED).isPresent() || isAtItsEnd(pod)) {
      return Optional.empty();
    }
    AdmissionResponse response = injector.handle(asNew(pod));
    return response.patch().stream().anyMatch(UninjectedPod::addsVolume)
        ? Optional.of(of(pod, response.warnings().isEmpty()))
        : Optional.empty();
  }

  private static UninjectedPod of(JsonNode pod, boolean certain) {
    String namespace = pod.at("/metadata/namespace").asText();
    ObjectReference self = reference("v1", "Pod", namespace, pod.path("metadata"));
    Instant created = Instant.parse(pod.at("/metadata/creationTimestamp").asText());
    for (JsonNode owner : pod.at("/metadata/ownerReferences")) {
      if (owner.path("controller").asBoolean()) {
        String version = owner.path("apiVersion").asText();
        String kind = owner.path("kind").asText();
        boolean comesBack = REPLACE_THEIR_PODS.contains(version + "/" + kind);
        ObjectReference controller = reference(version, kind, namespace, owner);
        return new UninjectedPod(
            self, controller, created, comesBack && certain && wasCreatedWithLabel(pod));
      }
    }
    return new UninjectedPod(self, self, created, false);
  }

  /** Its owner's template says so then, and the next one will have it too. */
  private static boolean wasCreatedWithLabel(JsonNode pod) {
    JsonNode created = pod.at("/metadata/creationTimestamp");
    return pod.at("/metadata/managedFields")
        .valueStream()
        .filter(entry -> entry.path("time").equals(created))
        .anyMatch(
            entry -> entry.at("/fieldsV1/f:metadata/f:labels").has("f:" + NatsApi.CLUSTER_LABEL));
  }

  private static boolean isAtItsEnd(JsonNode pod) {
    return pod.path("metadata").hasNonNull("deletionTimestamp")
        || FINISHED.contains(pod.at("/status/phase").asText());
  }

  private static boolean addsVolume(JsonNode operation) {
    return operation.path("path").asText().startsWith("/spec/volumes");
  }

  private static AdmissionRequest asNew(JsonNode pod) {
    return new AdmissionRequest(
        pod.at("/metadata/uid").asText(),
        "CREATE",
        pod.at("/metadata/namespace").asText(),
        pod.at("/metadata/name").asText(),
        "Pod",
        "",
        true,
        "",
        pod,
        MissingNode.getInstance());
  }

  private static ObjectReference reference(
      String version, String kind, String namespace, JsonNode named) {
    return new ObjectReferenceBuilder()
        .withApiVersion(version)
        .withKind(kind)
        .withNamespace(namespace)
        .withName(named.path("name").asText())
        .withUid(named.path("uid").asText())
        .build();
  }
}
