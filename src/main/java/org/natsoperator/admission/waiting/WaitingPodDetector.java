package org.natsoperator.admission.waiting;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodList;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.FilterWatchListDeletable;
import io.fabric8.kubernetes.client.dsl.PodResource;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.natsoperator.admission.inject.PodInjector;
import org.natsoperator.admission.review.AdmissionRequest;
import org.natsoperator.kubernetes.Events;
import org.natsoperator.kubernetes.PodSubject;
import org.natsoperator.lookup.ClientPodLists;
import org.natsoperator.lookup.ClusterLookup;
import org.natsoperator.lookup.Pages;
import org.natsoperator.lookup.SharedInformers;
import org.natsoperator.settings.OperatorProperties;
import org.natsoperator.token.TokenSecret;
import org.springframework.stereotype.Component;

/**
 * Finds client pods that wait for a token, and reports the cause once for each owner. Only pods
 * whose containers have not started are listed.
 */
@Component
class WaitingPodDetector {

  static final String REASON = "PodsWaitForToken";

  /** Owners in one check; the others follow in the next ones. Each takes up to three requests. */
  private static final int MOST_OWNERS = 50;

  /** The cause can change; Kubernetes keeps the same Event only once. */
  private static final Duration REPORTED = Duration.ofMinutes(5);

  private final KubernetesClient client;
  private final Set<String> namespaces;
  private final SharedInformers informers;
  private final PodInjector injector;
  private final Events events;
  private final Clock clock;

  /** Time of the last report by UID of the owner. */
  private final Map<String, Instant> reported = new HashMap<>();

  WaitingPodDetector(
      KubernetesClient client,
      OperatorProperties properties,
      SharedInformers informers,
      ClusterLookup lookup,
      Events events,
      Clock clock) {
    this.client = client;
    this.namespaces = properties.watchNamespaces();
    this.informers = informers;
    this.injector = new PodInjector(lookup);
    this.events = events;
    this.clock = clock;
  }

  /** Checks the client pods that have not started, and returns how many wait. Not thread-safe. */
  int check() {
    Check check = new Check(clock.instant());
    places().forEach(pods -> Pages.forEach(pods, check::add));
    reported.keySet().retainAll(check.owners);
    return check.waiting;
  }

  private Stream<FilterWatchListDeletable<Pod, PodList, PodResource>> places() {
    return ClientPodLists.of(client, namespaces)
        .map(pods -> pods.withField("status.phase", "Pending").withoutField("spec.nodeName", ""));
  }

  private boolean hasToken(String namespace, String secret) {
    return informers
        .secrets()
        .find(namespace, secret)
        .map(Secret::getData)
        .filter(data -> data.containsKey(TokenSecret.KEY))
        .isPresent();
  }

  /** The pods of one check. */
  private final class Check {

    private final Instant now;
    private final Set<String> owners = new HashSet<>();
    private int waiting;
    private int examined;

    Check(Instant now) {
      this.now = now;
    }

    void add(Pod pod) {
      String namespace = pod.getMetadata().getNamespace();
      List<String> missing = MissingToken.secrets(pod, name -> hasToken(namespace, name), now);
      if (missing.isEmpty()) {
        return;
      }
      waiting++;
      JsonNode raw = client.getKubernetesSerialization().convertValue(pod, JsonNode.class);
      HasMetadata owner = PodSubject.of(raw);
      String uid = owner.getMetadata().getUid();
      Instant last = reported.getOrDefault(uid, Instant.EPOCH);
      if (owners.add(uid) && last.plus(REPORTED).isBefore(now) && examined < MOST_OWNERS) {
        examined++;
        report(owner, MissingToken.cause(missing, injector.clients(AdmissionRequest.of(raw))));
      }
    }

    private void report(HasMetadata owner, Optional<String> cause) {
      cause.ifPresent(
          text -> {
            reported.put(owner.getMetadata().getUid(), now);
            events.warn(owner, REASON, "pods wait for their NATS token: " + text);
          });
    }
  }
}
