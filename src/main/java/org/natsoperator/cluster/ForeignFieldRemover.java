package org.natsoperator.cluster;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.natsoperator.api.NatsApi;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.cluster.resources.ForeignFields;
import org.natsoperator.kubernetes.ApiErrors;
import org.natsoperator.kubernetes.ObjectName;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Removes fields that another client has added where only the operator may set fields. It removes
 * each field once, and again only together with another change of the object, for a new generation
 * of the cluster, or after an hour. So it does not fight against another controller.
 */
@Component
class ForeignFieldRemover {

  private static final Logger LOG = LoggerFactory.getLogger(ForeignFieldRemover.class);
  private static final Duration PAUSE = Duration.ofHours(1);

  /** For an object. A client can add fields of other names again and again. */
  private static final int MOST_REMEMBERED = 1_000;

  private static final int MOST_LOGGED = 10;

  private static final PatchContext JSON_PATCH =
      new PatchContext.Builder()
          .withPatchType(PatchType.JSON)
          .withFieldManager(NatsApi.FIELD_MANAGER)
          .build();

  /**
   * The last patch of an object.
   *
   * @param version the version of the object that was patched; a cache may still contain it
   * @param removed all fields that were removed since the first patch for this generation
   * @param back fields that were added again
   */
  private record Removal(
      long generation, Instant at, String version, Set<String> removed, List<String> back) {

    boolean isRecent(long currentGeneration, Instant now) {
      return generation == currentGeneration && now.isBefore(at.plus(PAUSE));
    }

    Removal withBack(List<String> fields) {
      return new Removal(generation, at, version, removed, fields);
    }
  }

  private final KubernetesClient client;
  private final Clock clock;
  private final Map<String, Map<String, Removal>> byCluster = new ConcurrentHashMap<>();

  ForeignFieldRemover(KubernetesClient client, Clock clock) {
    this.client = client;
    this.clock = clock;
  }

  /**
   * Removes the foreign fields of an object.
   *
   * @param anyway also if it did so before: the operator applies the object next, and an admission
   *     policy can reject the object with these fields
   */
  void remove(NatsCluster cluster, HasMetadata live, HasMetadata rendered, boolean anyway) {
    Map<String, Removal> removals =
        byCluster.computeIfAbsent(cluster.getMetadata().getUid(), uid -> new ConcurrentHashMap<>());
    String object = "%s %s".formatted(live.getKind(), live.getMetadata().getName());
    Optional<ForeignFields> foreign = ForeignFields.in(live, rendered);
    if (foreign.isEmpty()) {
      removals.computeIfPresent(object, (name, last) -> last.withBack(List.of()));
      return;
    }
    List<String> fields = foreign.get().names();
    long generation = cluster.getMetadata().getGeneration();
    String version = live.getMetadata().getResourceVersion();
    Optional<Removal> last =
        Optional.ofNullable(removals.get(object))
            .filter(removal -> removal.isRecent(generation, clock.instant()));
    if (last.filter(removal -> removal.version().equals(version)).isPresent()) {
      return;
    }
    Set<String> before = last.map(Removal::removed).orElse(Set.of());
    if (!anyway && (before.containsAll(fields) || before.size() >= MOST_REMEMBERED)) {
      removals.put(object, last.get().withBack(fields));
      return;
    }
    ApiErrors.ignoreConflict(
        () -> removals.put(object, removal(live, rendered, foreign.get(), generation, before)));
  }

  /** The fields that were added again after their removal, each with its object. */
  List<String> addedAgain(NatsCluster cluster) {
    return byCluster.getOrDefault(cluster.getMetadata().getUid(), Map.of()).entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .flatMap(ForeignFieldRemover::names)
        .toList();
  }

  void forget(String clusterUid) {
    byCluster.remove(clusterUid);
  }

  private Removal removal(
      HasMetadata live,
      HasMetadata rendered,
      ForeignFields foreign,
      long generation,
      Set<String> before) {
    Set<String> removed = new HashSet<>(before);
    foreign.names().stream().limit(MOST_REMEMBERED - before.size()).forEach(removed::add);
    // An admission plugin can add the fields again at once.
    List<String> back =
        ForeignFields.in(patch(live, foreign), rendered)
            .map(ForeignFields::names)
            .orElse(List.of())
            .stream()
            .filter(removed::contains)
            .toList();
    String version = live.getMetadata().getResourceVersion();
    return new Removal(generation, clock.instant(), version, removed, back);
  }

  private HasMetadata patch(HasMetadata live, ForeignFields foreign) {
    LOG.atInfo()
        .addKeyValue(ObjectName.KEY, ObjectName.of(live))
        .addKeyValue("fields", foreign.names().stream().limit(MOST_LOGGED).toList())
        .log("Removing fields of another client");
    return client.resource(live).patch(JSON_PATCH, foreign.patch());
  }

  private static Stream<String> names(Map.Entry<String, Removal> removal) {
    return removal.getValue().back().stream().map(field -> removal.getKey() + ": " + field);
  }
}
