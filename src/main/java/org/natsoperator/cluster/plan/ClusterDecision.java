package org.natsoperator.cluster.plan;

import io.fabric8.kubernetes.api.model.HasMetadata;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.api.NatsClusterSpec;
import org.natsoperator.api.NatsClusterStatus;
import org.natsoperator.cluster.observed.ObservedCluster;
import org.natsoperator.cluster.observed.ObservedServer;
import org.natsoperator.cluster.validation.NatsClusterValidator;
import org.natsoperator.config.ServerVersion;
import org.natsoperator.settings.NetworkPolicySettings;
import org.natsoperator.settings.ServerImages;
import org.natsoperator.validation.FieldError;

/**
 * All decisions about a cluster, based on its observed state.
 *
 * @param errors in the spec; with errors, and while the cluster is paused or being deleted, running
 *     servers only get new users
 */
public record ClusterDecision(
    List<FieldError> errors,
    ServerUsers users,
    DesiredCluster desired,
    PushPlan plan,
    Rollout rollout) {

  /** A shorter push is not reported in the status, which would double the requests. */
  private static final Duration WORTH_TELLING = Duration.ofSeconds(2);

  /**
   * @param known the pushes after the last decision, by pod UID
   * @param before the configuration of the last decision
   */
  public static ClusterDecision of(
      ObservedCluster observed,
      Map<String, Push> known,
      Optional<RenderedConfig> before,
      Instant now) {
    NatsCluster cluster = observed.cluster();
    List<FieldError> errors = new ArrayList<>(NatsClusterValidator.validate(cluster));
    RecordedCalloutKeys.mistake(observed).ifPresent(errors::add);
    ServerVersion version =
        ServerVersion.parse(cluster.getSpec().version())
            .or(() -> ServerVersion.parse(NatsClusterSpec.DEFAULT_VERSION))
            .orElseThrow();
    ServerUsers users = ServerUsers.of(observed, versions(observed, version));
    DesiredCluster desired = DesiredCluster.of(observed, version, users, before);
    boolean mayChange = mayChange(cluster, errors);
    PushPlan plan = PushPlan.of(observed, ConfigFiles.of(observed, desired, mayChange), known, now);
    return new ClusterDecision(
        errors, users, desired, plan, Rollout.of(observed, plan.pushes(), now));
  }

  /** Whether more than users may be changed. */
  public boolean mayChange() {
    return mayChange(desired.cluster(), errors);
  }

  private static boolean mayChange(NatsCluster cluster, List<FieldError> errors) {
    return errors.isEmpty()
        && !cluster.getSpec().isPaused()
        && cluster.getMetadata().getDeletionTimestamp() == null;
  }

  /** The files of all running revisions and of the newest. */
  public List<HasMetadata> files() {
    return files(name -> true);
  }

  /** The files whose Secrets exist; they are applied first. */
  public List<HasMetadata> filesToKeep(ObservedCluster observed) {
    return files(name -> observed.secret(name).isPresent());
  }

  /** The files whose Secrets servers mount, but which were deleted. */
  public List<HasMetadata> filesToRestore(ObservedCluster observed) {
    Set<String> mounted = observed.mountedConfigSecrets();
    return observed.isBeingDeleted()
        ? List.of()
        : files(name -> observed.secret(name).isEmpty() && mounted.contains(name));
  }

  /** The newest file if it has no Secret yet; no server waits for it. */
  public List<HasMetadata> filesToAdd(ObservedCluster observed) {
    Set<String> mounted = observed.mountedConfigSecrets();
    return files(name -> observed.secret(name).isEmpty() && !mounted.contains(name));
  }

  private List<HasMetadata> files(Predicate<String> ofSecret) {
    return DesiredCluster.configSecrets(desired.cluster(), plan.files().only(ofSecret));
  }

  /** All other objects; none while only users may be changed. */
  public List<HasMetadata> objects(NetworkPolicySettings network, ServerImages images) {
    return mayChange() ? desired.objects(rollout.replicas(), network, images) : List.of();
  }

  /** The server to restart now. */
  public Optional<ObservedServer> restart() {
    return mayChange() ? rollout.restart() : Optional.empty();
  }

  /** Contains passwords; never log. */
  @Override
  public String toString() {
    return "ClusterDecision" + errors;
  }

  /** The status to report, without times; a push that has just begun is not reported yet. */
  public NatsClusterStatus status(
      ObservedCluster observed, List<FieldError> allErrors, Instant now) {
    return ClusterConditions.status(
        observed, allErrors, users, reportedPushes(observed, now), rollout, now);
  }

  private Map<String, Push> reportedPushes(ObservedCluster observed, Instant now) {
    Map<String, Push> pushes = plan.pushes();
    if (ClusterConditions.wasApplied(observed.cluster())) {
      pushes.replaceAll(
          (uid, push) ->
              now.isBefore(push.startedAt().plus(WORTH_TELLING)) ? push.confirm() : push);
    }
    return pushes;
  }

  private static List<ServerVersion> versions(ObservedCluster observed, ServerVersion wanted) {
    List<ServerVersion> versions = new ArrayList<>(List.of(wanted));
    observed.servers().forEach(server -> server.version().ifPresent(versions::add));
    return versions;
  }
}
