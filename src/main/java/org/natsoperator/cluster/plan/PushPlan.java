package org.natsoperator.cluster.plan;

import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.natsoperator.cluster.observed.ObservedCluster;
import org.natsoperator.cluster.observed.ObservedServer;
import org.natsoperator.cluster.resources.ConfigSecret;
import org.natsoperator.config.ServerConfigFile;

/**
 * The next push step of every server, and the files to write for it. A server that must restart to
 * load its file has no step.
 *
 * @param steps by pod UID
 */
public record PushPlan(ConfigFiles files, Map<String, PushStep> steps) {

  /**
   * @param known the pushes after the last plan, by pod UID
   */
  static PushPlan of(
      ObservedCluster observed, ConfigFiles files, Map<String, Push> known, Instant now) {
    Map<String, PushStep> steps = steps(observed, files, known, now);
    Set<String> stale =
        observed.servers().stream()
            .filter(server -> steps.containsKey(server.uid()))
            .filter(server -> steps.get(server.uid()).otherBytes())
            .map(server -> server.configSecret().orElseThrow())
            .collect(Collectors.toSet());
    if (stale.isEmpty()) {
      return new PushPlan(files, steps);
    }
    ConfigFiles rewritten = files.inOtherBytes(stale);
    return new PushPlan(rewritten, steps(observed, rewritten, known, now));
  }

  /** The push of each server that stays, by pod UID. */
  public Map<String, Push> pushes() {
    Map<String, Push> pushes = new HashMap<>();
    steps.forEach((uid, step) -> pushes.put(uid, step.push()));
    return pushes;
  }

  /** The pushes that a server refuses. */
  public Map<String, Push> refused(ObservedCluster observed, Instant now) {
    Map<String, Push> refused = new HashMap<>();
    for (ObservedServer server : observed.staying()) {
      PushStep step = steps.get(server.uid());
      if (step != null && step.push().refusedBy(server, now)) {
        refused.put(server.uid(), step.push());
      }
    }
    return refused;
  }

  /** Contains passwords; never log. */
  @Override
  public String toString() {
    return "PushPlan" + steps;
  }

  /** Whether every server that can load its configuration without a restart has confirmed it. */
  public boolean confirmed() {
    return steps.values().stream().allMatch(step -> step.push().confirmed());
  }

  private static Map<String, PushStep> steps(
      ObservedCluster observed, ConfigFiles files, Map<String, Push> known, Instant now) {
    Map<String, PushStep> steps = new LinkedHashMap<>();
    for (ObservedServer server : observed.servers()) {
      String secret = server.configSecret().orElse("");
      if (files.bySecret().containsKey(secret) && server.running() && !server.leaving()) {
        ServerConfigFile file = files.bySecret().get(secret).file();
        if (!server.loadsFileOnlyAtStart()) {
          steps.put(server.uid(), step(observed, server, file, known, now));
        } else if (files.loaded().contains(secret)) {
          steps.put(server.uid(), PushStep.loadedAtStart(server, file, now));
        }
      }
    }
    return steps;
  }

  private static PushStep step(
      ObservedCluster observed,
      ObservedServer server,
      ServerConfigFile file,
      Map<String, Push> known,
      Instant now) {
    Optional<Push> last =
        Optional.ofNullable(known.get(server.uid()))
            .or(() -> ConfigPushAnnotation.read(server.pod(), file, now));
    // Rarely needed, and it reads a whole file.
    Supplier<Optional<String>> stored =
        () ->
            server
                .configSecret()
                .flatMap(observed::secret)
                .flatMap(ConfigSecret::fileIn)
                .map(ServerConfigFile::hash);
    return PushStep.next(server, file, stored, last, now);
  }
}
