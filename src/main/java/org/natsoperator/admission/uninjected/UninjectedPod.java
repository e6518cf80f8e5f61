package org.natsoperator.admission.uninjected;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.natsoperator.admission.inject.InjectionAnnotations;
import org.natsoperator.admission.inject.PodInjector;
import org.natsoperator.admission.inject.PodView;
import org.natsoperator.admission.review.AdmissionRequest;
import org.natsoperator.admission.review.AdmissionResponse;
import org.natsoperator.api.NatsApi;
import org.natsoperator.kubernetes.PodSubject;

/**
 * A client pod without its token, because no webhook was called when it was created. A pod that
 * mounts its token itself is not worth a restart.
 *
 * @param pod only the fields that an Event refers to
 * @param subject the pod's controller; the pod itself if it has none
 * @param evictable whether its owner replaces it, and the new pod is injected without a warning.
 *     The work of a Job's pod would be lost and count as failed. Without a cluster or role, the new
 *     pod would wait for a token that the operator never issues.
 */
record UninjectedPod(HasMetadata pod, HasMetadata subject, Instant created, boolean evictable) {

  private static final Set<String> REPLACE_THEIR_PODS =
      Set.of("apps/v1/ReplicaSet", "apps/v1/StatefulSet", "apps/v1/DaemonSet");

  /** Later than the time of any creation. */
  private static final String NEVER = "9";

  private static final Set<String> FINISHED = Set.of("Succeeded", "Failed");

  /** Checks an existing pod: the injector must have a volume for a new pod that is the same. */
  static Optional<UninjectedPod> of(JsonNode pod, PodInjector injector) {
    if (new PodView(pod).annotation(InjectionAnnotations.INJECTED).isPresent()
        || pod.path("metadata").hasNonNull("deletionTimestamp")
        || FINISHED.contains(pod.at("/status/phase").asText())) {
      return Optional.empty();
    }
    AdmissionResponse response = injector.handle(AdmissionRequest.of(pod));
    return response.patch().stream()
            .anyMatch(operation -> operation.path("path").asText().startsWith("/spec/volumes"))
        ? Optional.of(of(pod, response.warnings().isEmpty()))
        : Optional.empty();
  }

  private static UninjectedPod of(JsonNode pod, boolean certain) {
    HasMetadata subject = PodSubject.of(pod);
    boolean replaced =
        REPLACE_THEIR_PODS.contains(subject.getApiVersion() + "/" + subject.getKind());
    return new UninjectedPod(
        PodSubject.pod(pod),
        subject,
        Instant.parse(creationTime(pod)),
        replaced && certain && wasCreatedWithLabel(pod));
  }

  /**
   * Then the owner's template has the label, and so will the next pod. The API server sets the time
   * of the fields before it calls mutating webhooks, and the time of the creation after them. It
   * writes both in one format, so the earlier time is also the lesser string.
   */
  private static boolean wasCreatedWithLabel(JsonNode pod) {
    String created = creationTime(pod);
    return pod.at("/metadata/managedFields")
        .valueStream()
        .filter(entry -> entry.path("time").asText(NEVER).compareTo(created) <= 0)
        .anyMatch(
            entry -> entry.at("/fieldsV1/f:metadata/f:labels").has("f:" + NatsApi.CLUSTER_LABEL));
  }

  private static String creationTime(JsonNode pod) {
    return pod.at("/metadata/creationTimestamp").asText();
  }
}
