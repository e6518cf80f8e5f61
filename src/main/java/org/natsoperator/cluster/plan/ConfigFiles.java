package org.natsoperator.cluster.plan;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.Secret;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.natsoperator.cluster.resources.ConfigSecret;
import org.natsoperator.config.ServerConfigFile;

/**
 * The nats.conf of every revision that is alive, by the name of its Secret. A key that only one
 * revision takes would make the other refuse all of a reload, so running servers of another
 * revision get the new logins in their own file.
 */
record ConfigFiles(Map<String, Content> bySecret) {

  /** One file and by how many blank lines its bytes differ from others that say the same. */
  record Content(ObjectNode config, int blankLines, ServerConfigFile file) {

    Content(ObjectNode config, int blankLines) {
      this(config, blankLines, ServerConfigFile.of(config, blankLines));
    }

    @Override
    public String toString() {
      return "Content[" + file + "]";
    }

    Content inOtherBytes() {
      return new Content(config, ConfigSecret.otherThan(blankLines));
    }
  }

  /**
   * @param withNewest whether the newest revision may be made; if not, only those that run are kept
   *     up to date
   */
  static ConfigFiles of(ObservedCluster observed, DesiredCluster desired, boolean withNewest) {
    Map<String, Content> files = new LinkedHashMap<>();
    String newest = desired.configSecret();
    if (withNewest) {
      int blankLines = blankLines(observed.secret(newest));
      files.put(
          newest, new Content(desired.config(), blankLines, desired.rendered().file(blankLines)));
    }
    observed.configSecretsInUse().stream()
        .filter(secret -> !files.containsKey(secret.getMetadata().getName()))
        .forEach(
            secret ->
                older(secret, desired.config(), withNewest)
                    .ifPresent(content -> files.put(secret.getMetadata().getName(), content)));
    // One that is gone while its server runs is made anew: else that server would never hear of a
    // revocation.
    if (withNewest || !opens(desired.config())) {
      observed.mountedConfigSecrets().stream()
          .filter(name -> observed.secret(name).isEmpty())
          .forEach(name -> files.putIfAbsent(name, new Content(desired.config(), 0)));
    }
    return new ConfigFiles(files);
  }

  /** Holds passwords: never shown. */
  @Override
  public String toString() {
    return "ConfigFiles" + bySecret.keySet();
  }

  /** Those whose Secrets have such names. */
  ConfigFiles only(Predicate<String> name) {
    Map<String, Content> files = new LinkedHashMap<>(bySecret);
    files.keySet().removeIf(name.negate());
    return new ConfigFiles(files);
  }

  /** The same files, but those that are named here in other bytes. */
  ConfigFiles inOtherBytes(Set<String> secrets) {
    Map<String, Content> files = new LinkedHashMap<>(bySecret);
    secrets.forEach(name -> files.computeIfPresent(name, (key, content) -> content.inOtherBytes()));
    return new ConfigFiles(files);
  }

  /**
   * A file that somebody made unreadable is replaced by the newest: better a key too many than no
   * revocation. But a cluster with mistakes may be meant to be protected otherwise: what is closed
   * stays closed.
   */
  private static Optional<Content> older(Secret secret, ObjectNode newest, boolean mayOpen) {
    boolean wouldOpen = !mayOpen && opens(newest);
    return running(secret)
        .map(running -> wouldOpen ? running : ServerConfigFile.withUsers(running, newest))
        .or(() -> wouldOpen ? Optional.empty() : Optional.of(newest))
        .map(config -> new Content(config, ConfigSecret.blankLines(secret)));
  }

  private static Optional<ObjectNode> running(Secret secret) {
    return ConfigSecret.fileIn(secret)
        .flatMap(ServerConfigFile::tryParse)
        .filter(running -> running.path("cluster").isObject());
  }

  /** Whether everybody gets in. */
  private static boolean opens(ObjectNode config) {
    return !config.has(ServerConfigFile.LOGINS);
  }

  private static int blankLines(Optional<Secret> secret) {
    return secret.map(ConfigSecret::blankLines).orElse(0);
  }
}
