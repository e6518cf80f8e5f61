package org.natsoperator.admission.uninjected;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.ObjectReference;
import java.util.List;
import java.util.stream.Collectors;

/** Words for the Event about pods that were missed, on the object that their user looks at. */
final class UninjectedPodEvents {

  static final String REASON = "PodsMissed";

  private static final int NAMED = 5;

  private UninjectedPodEvents() {}

  /** What of an object an Event refers to. */
  static GenericKubernetesResource object(ObjectReference subject) {
    GenericKubernetesResource object = new GenericKubernetesResource();
    object.setApiVersion(subject.getApiVersion());
    object.setKind(subject.getKind());
    object.setMetadata(
        new ObjectMetaBuilder()
            .withNamespace(subject.getNamespace())
            .withName(subject.getName())
            .withUid(subject.getUid())
            .build());
    return object;
  }

  /** In stable order, so that the same news has the same words. */
  static String note(List<UninjectedPod> pods) {
    String names =
        pods.stream()
            .map(uninjected -> uninjected.pod().getName())
            .sorted()
            .limit(NAMED)
            .collect(Collectors.joining(", "));
    String more = pods.size() > NAMED ? " and %d more".formatted(pods.size() - NAMED) : "";
    return ("No webhook was asked when these pods were made, or their label came later, so they"
            + " have no NATS token: %s%s; have each made anew with its label")
        .formatted(names, more);
  }
}
