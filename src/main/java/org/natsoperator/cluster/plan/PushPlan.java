package org.natsoperator.cluster.plan;

import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.natsoperator.cluster.resources.ConfigSecret;
import org.natsoperator.config.ServerConfigFile;

/**
 * The next step for every server of a cluster, and the files as they must be written for it.
 *
 * @param steps by the server's pod UID
 */
public record PushPlan(ConfigFiles files, Map<String, PushStep> steps) {

  /**
   * @param known where each server stood after the last plan, by pod UID
   */
  static PushPlan of(
      ObservedCluster observed, ConfigFiles files, Map<String, Push> known, Instant now) {
    Map<String, PushStep> steps = steps(observed, files, known, now);
    Set<String> stale = new HashSet<>();
    for (ObservedServer server : observed.servers()) {
      if (Optional.ofNullable(steps.get(server.uid())).filter(PushStep::otherBytes).isPresent()) {
        stale.add(server.configSecret().orElseThrow());
      }
    }
    if (stale.isEmpty()) {
      return new PushPlan(files, steps);
    }
    ConfigFiles rewritten = files.inOtherBytes(stale);
    return new PushPlan(rewritten, steps(observed, rewritten, known, now));
  }

  /** Where each server that stays stands now, by pod UID. */
  public Map<String, Push> pushes() {
    Map<String, Push> pushes = new HashMap<>();
    steps.forEach((uid, step) -> pushes.put(uid, step.push()));
    return pushes;
  }

  /** Of these, the ones that a server refuses. */
  public Map<String, Push> refused(ObservedCluster observed, Instant now) {
    Map<String, Push> refused = new HashMap<>();
    for (ObservedServer server : observed.staying()) {
      PushStep step = steps.get(server.uid());
      if (step != null && server.refuses(step.push(), now)) {
        refused.put(server.uid(), step.push());
      }
    }
    return refused;
  }

  /** Holds passwords: never shown. */
  @Override
  public String toString() {
    return "PushPlan" + steps;
  }

  public boolean confirmed() {
    return steps.values().stream().allMatch(step -> step.push().confirmed());
  }

  private static Map<String, PushStep> steps(
      ObservedCluster observed, ConfigFiles files, Map<String, Push> known, Instant now) {
    Map<String, ServerConfigFile> texts = new HashMap<>();
    files.bySecret().forEach((name, content) -> texts.put(name, content.file()));
    Map<String, PushStep> steps = new LinkedHashMap<>();
    for (ObservedServer server : observed.servers()) {
      String secret = server.configSecret().orElse("");
      ServerConfigFile file = texts.get(secret);
      if (file != null && server.running() && !server.leaving()) {
        Optional<Push> last =
            Optional.ofNullable(known.get(server.uid()))
                .or(() -> ConfigPushAnnotation.read(server.pod(), file, now));
        // Only now and then it is asked for, and it costs reading a whole file.
        Supplier<Optional<String>> stored =
            () -> observed.secret(secret).flatMap(ConfigSecret::fileIn).map(ServerConfigFile::hash);
        steps.put(server.uid(), PushStep.next(server, file, stored, last, now));
      }
    }
    return steps;
  }
}
