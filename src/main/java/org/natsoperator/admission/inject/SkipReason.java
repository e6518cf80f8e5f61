package org.natsoperator.admission.inject;

import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.natsoperator.admission.review.AdmissionRequest;
import org.natsoperator.api.NatsApi;

/** Why a pod is not injected. By default, the webhook's selectors already exclude most cases. */
public enum SkipReason {
  NOT_A_NEW_POD("NotANewPod"),
  NOT_LABELLED("NotLabelled"),
  SERVER_POD("ServerPod"),

  /** The API object of a static pod: a change has no effect. */
  MIRROR_POD("MirrorPod"),

  OPTED_OUT("OptedOut"),
  NAMESPACE_NOT_WATCHED("NamespaceNotWatched");

  public static final Set<String> OPT_OUT = Set.of("false", "disabled");

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
    if (pod.annotation("kubernetes.io/config.mirror").isPresent()) {
      return Optional.of(MIRROR_POD);
    }
    if (pod.label(InjectionAnnotations.INJECT).filter(OPT_OUT::contains).isPresent()) {
      return Optional.of(OPTED_OUT);
    }
    return watched.test(request.namespace())
        ? Optional.empty()
        : Optional.of(NAMESPACE_NOT_WATCHED);
  }

  /** Whether the request adds ephemeral containers to a running pod. */
  static boolean isForDebugging(AdmissionRequest request) {
    return request.kind().equals("Pod")
        && request.operation().equals("UPDATE")
        && request.subresource().equals("ephemeralcontainers");
  }

  /** Returns the value for the audit log and metrics. */
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
