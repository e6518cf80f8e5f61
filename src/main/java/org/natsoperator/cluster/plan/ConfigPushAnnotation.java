package org.natsoperator.cluster.plan;

import io.fabric8.kubernetes.api.model.Pod;
import java.time.Instant;
import java.util.Optional;
import org.natsoperator.api.ServerPodMetadata;
import org.natsoperator.config.ServerConfigFile;

/**
 * The annotation on a server pod whose change makes the kubelet sync the pod's Secrets at once. It
 * also keeps the push over a restart of the operator: {@code <hash>/<attempt>/<load time before>},
 * with a question mark after the attempt of a doubtful push.
 */
public final class ConfigPushAnnotation {

  private static final String DOUBT = "?";

  private ConfigPushAnnotation() {}

  /** The value for a push. */
  public static String of(Push push) {
    String attempt = push.attempts() + (push.doubtful() ? DOUBT : "");
    return String.join("/", push.hash(), attempt, push.loadTimeBefore());
  }

  /** The push of this file that an earlier leader began. */
  static Optional<Push> read(Pod pod, ServerConfigFile file, Instant now) {
    return Optional.ofNullable(pod.getMetadata().getAnnotations())
        .map(annotations -> annotations.get(ServerPodMetadata.CONFIG_PUSH_ANNOTATION))
        .map(mark -> mark.split("/", 3))
        .filter(parts -> parts.length == 3 && parts[0].equals(file.hash()))
        .map(
            parts ->
                new Push(
                    file.digest(pod.getMetadata().getName()),
                    file.hash(),
                    1,
                    now,
                    now,
                    parts[2],
                    parts[1].endsWith(DOUBT),
                    false));
  }
}
