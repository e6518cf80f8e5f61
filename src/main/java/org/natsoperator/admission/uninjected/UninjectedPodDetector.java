package org.natsoperator.admission.uninjected;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodList;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.FilterWatchListDeletable;
import io.fabric8.kubernetes.client.dsl.PodResource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.natsoperator.admission.inject.InjectionAnnotations;
import org.natsoperator.admission.inject.PodInjector;
import org.natsoperator.admission.inject.SkipReason;
import org.natsoperator.kubernetes.Events;
import org.natsoperator.lookup.ClientPodLists;
import org.natsoperator.lookup.ClusterLookup;
import org.natsoperator.lookup.Pages;
import org.natsoperator.settings.OperatorProperties;
import org.springframework.stereotype.Component;

/**
 * Finds client pods that were created while no webhook was available, and reports each one once. It
 * keeps only the names of uninjected pods from a page of pods.
 */
@Component
class UninjectedPodDetector {

  private static final int NAMED = 5;

  private final KubernetesClient client;
  private final Set<String> namespaces;
  private final PodInjector injector;
  private final Events events;
  private final UninjectedPodEvictor evictions;
  private final Set<String> reported = new HashSet<>();

  UninjectedPodDetector(
      KubernetesClient client,
      OperatorProperties properties,
      ClusterLookup lookup,
      Events events,
      UninjectedPodEvictor evictions) {
    this.client = client;
    this.namespaces = properties.watchNamespaces();
    this.injector = new PodInjector(lookup);
    this.events = events;
    this.evictions = evictions;
  }

  /** Checks all client pods and returns the number of uninjected ones. Not thread-safe. */
  int check() {
    List<UninjectedPod> uninjected = new ArrayList<>();
    places().forEach(pods -> addUninjected(pods, uninjected));
    Map<String, Boolean> optedOut = new HashMap<>();
    uninjected.removeIf(
        pod -> optedOut.computeIfAbsent(pod.pod().getMetadata().getNamespace(), this::hasOptedOut));
    report(uninjected);
    evictions.evictSome(uninjected);
    return uninjected.size();
  }

  private Stream<FilterWatchListDeletable<Pod, PodList, PodResource>> places() {
    return ClientPodLists.of(client, namespaces)
        .map(
            pods ->
                pods.withLabelNotIn(
                    InjectionAnnotations.INJECT, SkipReason.OPT_OUT.toArray(String[]::new)));
  }

  private void addUninjected(
      FilterWatchListDeletable<Pod, PodList, PodResource> pods, List<UninjectedPod> uninjected) {
    Pages.forEach(
        pods,
        pod ->
            UninjectedPod.of(
                    client.getKubernetesSerialization().convertValue(pod, JsonNode.class), injector)
                .ifPresent(uninjected::add));
  }

  /** The webhook's selector reads this label; an admission request does not have it. */
  private boolean hasOptedOut(String name) {
    Namespace namespace = client.namespaces().withName(name).get();
    if (namespace == null) {
      return true;
    }
    Map<String, String> labels = namespace.getMetadata().getLabels();
    return labels != null
        && SkipReason.OPT_OUT.contains(labels.getOrDefault(InjectionAnnotations.INJECT, ""));
  }

  private void report(List<UninjectedPod> uninjected) {
    reported.retainAll(
        uninjected.stream().map(UninjectedPodDetector::uid).collect(Collectors.toSet()));
    uninjected.stream()
        .filter(pod -> reported.add(uid(pod)))
        .collect(Collectors.groupingBy(UninjectedPod::subject))
        .forEach((subject, pods) -> events.warn(subject, "PodsMissed", note(pods)));
  }

  /** Sorts the names, so that the same pods result in the same Event. */
  private static String note(List<UninjectedPod> pods) {
    String names =
        pods.stream()
            .map(uninjected -> uninjected.pod().getMetadata().getName())
            .sorted()
            .limit(NAMED)
            .collect(Collectors.joining(", "));
    String more = pods.size() > NAMED ? " and %d more".formatted(pods.size() - NAMED) : "";
    return ("these pods have no NATS token, because they were created while no webhook was"
            + " available or were labelled later: %s%s; recreate them with the label")
        .formatted(names, more);
  }

  private static String uid(UninjectedPod uninjected) {
    return uninjected.pod().getMetadata().getUid();
  }
}
