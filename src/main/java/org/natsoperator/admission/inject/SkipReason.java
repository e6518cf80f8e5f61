package org.natsoperator.admission.inject;

import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.natsoperator.admission.review.AdmissionRequest;
import org.natsoperator.api.NatsApi;

/**
 * Why a pod is left alone. The webhook's selectors say most of it too, so that no such pod waits
 * for us; an installation may have others.
 */
public enum SkipReason {
  NOT_A_NEW_POD("NotANewPod"),
  NOT_LABELLED("NotLabelled"),
  SERVER_POD("ServerPod"),

  /** The kubelet's picture of a pod that it runs from a file: a change would mean nothing. */
  MIRROR_POD("MirrorPod"),

  OPTED_OUT("OptedOut"),
  NAMESPACE_NOT_WATCHED("NamespaceNotWatched");

  public static final Set<String> OPT_OUT = Set.of("false", "disabled");

  private static final String MIRROR = "kubernetes.io/config.mirror";
  private static final String EPHEMERAL_CONTAINERS = "ephemeralcontainers";

  private final String reason;

  SkipReason(String reason) {
    this.reason = reason;
  }

  static Optional<SkipReason> of(AdmissionRequest request, Predicate<String> watched) {
    PodView pod = new PodView(request.object());
    if (!isNewPod(request) && !isForDebugging(request)) {
      return Optional.of(NOT_A_NEW_POD);
    }
    if (pod.label(NatsApi.CLUSTER_LABEL).isEmpty()) {
      return Optional.of(NOT_LABELLED);
    }
    if (pod.label(NatsApi.APP_LABEL).filter(NatsApi.APP::equals).isPresent()) {
      return Optional.of(SERVER_POD);
    }
    if (pod.annotation(MIRROR).isPresent()) {
      return Optional.of(MIRROR_POD);
    }
    if (pod.label(InjectionAnnotations.INJECT).filter(OPT_OUT::contains).isPresent()) {
      return Optional.of(OPTED_OUT);
    }
    return watched.test(request.namespace())
        ? Optional.empty()
        : Optional.of(NAMESPACE_NOT_WATCHED);
  }

  /** Whether it is about containers that are added to a running pod. */
  static boolean isForDebugging(AdmissionRequest request) {
    return request.kind().equals("Pod")
        && request.operation().equals("UPDATE")
        && request.subresource().equals(EPHEMERAL_CONTAINERS);
  }

  /** As audit log and metrics have it. */
  @Override
  public String toString() {
    return reason;
  }

  private static boolean isNewPod(AdmissionRequest request) {
    return request.kind().equals("Pod")
        && request.operation().equals("CREATE")
        && request.subresource().isEmpty();
  }
}
