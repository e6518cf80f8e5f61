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
import org.natsoperator.cluster.validation.NatsClusterValidator;
import org.natsoperator.config.RenderedConfig;
import org.natsoperator.config.ServerVersion;
import org.natsoperator.settings.NetworkPolicySettings;
import org.natsoperator.validation.FieldError;

/**
 * What follows from what was observed.
 *
 * @param errors mistakes in the cluster; as long as there are any, or while it is paused, running
 *     servers get new logins and nothing else
 */
public record ClusterDecision(
    List<FieldError> errors,
    ServerUsers users,
    DesiredCluster desired,
    PushPlan plan,
    Rollout rollout) {

  /**
   * A push that takes longer is told in the status; a quicker one would only double the requests.
   */
  private static final Duration WORTH_TELLING = Duration.ofSeconds(2);

  /**
   * @param known where each server stood after the last decision, by pod UID
   * @param before the configuration that was rendered then
   */
  public static ClusterDecision of(
      ObservedCluster observed,
      Map<String, Push> known,
      Optional<RenderedConfig> before,
      Instant now) {
    NatsCluster cluster = observed.cluster();
    List<FieldError> errors = NatsClusterValidator.validate(cluster);
    ServerVersion version =
        ServerVersion.parse(cluster.getSpec().version())
            .or(() -> ServerVersion.parse(NatsClusterSpec.DEFAULT_VERSION))
            .orElseThrow();
    ServerUsers users = ServerUsers.of(observed, versions(observed, version));
    DesiredCluster desired = DesiredCluster.of(observed, version, users, before);
    boolean mayChange = errors.isEmpty() && !cluster.getSpec().isPaused();
    PushPlan plan = PushPlan.of(observed, ConfigFiles.of(observed, desired, mayChange), known, now);
    return new ClusterDecision(
        errors, users, desired, plan, Rollout.of(observed, plan.pushes(), now));
  }

  /** Whether anything but logins may be changed. */
  public boolean mayChange() {
    return errors.isEmpty() && !desired.cluster().getSpec().isPaused();
  }

  /** The files of all revisions that run, and of the newest. */
  public List<HasMetadata> files() {
    return files(name -> true);
  }

  /** Of these, the ones that are there: what is changed in them waits for nothing else. */
  public List<HasMetadata> filesToKeep(ObservedCluster observed) {
    return files(name -> observed.secret(name).isPresent());
  }

  /** Those that servers mount and somebody has deleted. */
  public List<HasMetadata> filesToRestore(ObservedCluster observed) {
    Set<String> mounted = observed.mountedConfigSecrets();
    return files(name -> observed.secret(name).isEmpty() && mounted.contains(name));
  }

  /** The newest, if there is none yet: no server waits for it. */
  public List<HasMetadata> filesToAdd(ObservedCluster observed) {
    Set<String> mounted = observed.mountedConfigSecrets();
    return files(name -> observed.secret(name).isEmpty() && !mounted.contains(name));
  }

  private List<HasMetadata> files(Predicate<String> ofSecret) {
    return DesiredCluster.configSecrets(desired.cluster(), plan.files().only(ofSecret));
  }

  /** All other objects; none while nothing but logins may be changed. */
  public List<HasMetadata> objects(NetworkPolicySettings network) {
    return mayChange() ? desired.objects(rollout.replicas(), network) : List.of();
  }

  /** The server that must make way for a new one now. */
  public Optional<ObservedServer> restart() {
    return mayChange() ? rollout.restart() : Optional.empty();
  }

  /** Holds passwords: never shown. */
  @Override
  public String toString() {
    return "ClusterDecision" + errors;
  }

  /** The status to be told, without times; a push that just began is not told yet. */
  public NatsClusterStatus status(
      ObservedCluster observed, List<FieldError> allErrors, Instant now) {
    return ClusterConditions.status(
        observed, allErrors, users, reportedPushes(observed, now), rollout, now);
  }

  private Map<String, Push> reportedPushes(ObservedCluster observed, Instant now) {
    boolean wasApplied = ClusterConditions.wasApplied(observed.cluster());
    Map<String, Push> pushes = plan.pushes();
    if (wasApplied) {
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
