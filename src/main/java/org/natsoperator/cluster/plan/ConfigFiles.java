package org.natsoperator.cluster.plan;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.Secret;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.natsoperator.cluster.observed.ObservedCluster;
import org.natsoperator.cluster.resources.ConfigSecret;
import org.natsoperator.config.ServerConfigFile;

/**
 * The nats.conf of every revision in use, by the name of its Secret. A server rejects a reload that
 * changes a key it cannot reload, so each older revision gets the new users in its own file.
 *
 * @param loaded the Secrets whose servers have loaded the newest users at their start, although
 *     nothing reloads them
 */
record ConfigFiles(Map<String, Content> bySecret, Set<String> loaded) {

  /** A file. Its number of blank lines distinguishes the bytes of equal configurations. */
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
   * @param withNewest false to only update the running revisions
   */
  static ConfigFiles of(ObservedCluster observed, DesiredCluster desired, boolean withNewest) {
    Map<String, Content> files = new LinkedHashMap<>();
    String newest = desired.configSecret();
    if (withNewest) {
      int blankLines = observed.secret(newest).map(ConfigSecret::blankLines).orElse(0);
      files.put(
          newest, new Content(desired.config(), blankLines, desired.rendered().file(blankLines)));
    }
    observed.configSecretsInUse().stream()
        .filter(secret -> !files.containsKey(secret.getMetadata().getName()))
        .forEach(
            secret ->
                older(secret, desired, withNewest)
                    .ifPresent(content -> files.put(secret.getMetadata().getName(), content)));
    // Restore a deleted Secret of a running server, which would never get a revocation otherwise.
    if (withNewest || !opens(desired.config())) {
      observed.mountedConfigSecrets().stream()
          .filter(name -> observed.secret(name).isEmpty())
          .forEach(name -> files.putIfAbsent(name, new Content(desired.config(), 0)));
    }
    Set<String> loaded = loaded(observed, desired, files);
    if (withNewest) {
      keepOthers(observed, loaded, files);
    }
    return new ConfigFiles(files, loaded);
  }

  private static Set<String> loaded(
      ObservedCluster observed, DesiredCluster desired, Map<String, Content> files) {
    Set<String> loaded = new HashSet<>();
    observed
        .loadedOnlyAtStart()
        .forEach(
            (name, version) -> {
              Content content = files.get(name);
              if (content != null && desired.proves(name, content.config(), version)) {
                loaded.add(name);
              }
            });
    return loaded;
  }

  /**
   * Other servers without reload are restarted with another Secret. Until then their file stays the
   * same. Otherwise a server that crashes meanwhile could load it, and the name of its Secret would
   * prove the wrong users if the user reverts the change.
   */
  private static void keepOthers(
      ObservedCluster observed, Set<String> loaded, Map<String, Content> files) {
    observed.loadedOnlyAtStart().keySet().stream()
        .filter(name -> !loaded.contains(name))
        .flatMap(name -> observed.secret(name).stream())
        .forEach(
            secret ->
                running(secret)
                    .map(config -> new Content(config, ConfigSecret.blankLines(secret)))
                    .ifPresent(content -> files.put(secret.getMetadata().getName(), content)));
  }

  /** Contains passwords; never log. */
  @Override
  public String toString() {
    return "ConfigFiles" + bySecret.keySet();
  }

  /** The files whose Secret names match. */
  ConfigFiles only(Predicate<String> name) {
    Map<String, Content> files = new LinkedHashMap<>(bySecret);
    files.keySet().removeIf(name.negate());
    return new ConfigFiles(files, loaded);
  }

  /** The same files, with other bytes in these Secrets. */
  ConfigFiles inOtherBytes(Set<String> secrets) {
    Map<String, Content> files = new LinkedHashMap<>(bySecret);
    secrets.forEach(name -> files.computeIfPresent(name, (key, content) -> content.inOtherBytes()));
    return new ConfigFiles(files, loaded);
  }

  /**
   * An unreadable file is replaced by the newest: an unknown key is better than a missed
   * revocation. A file with users keeps them if the newest has none but the spec is invalid, since
   * the user may want another protection. A file without users stays so if the spec hides whether
   * clients must log in.
   */
  private static Optional<Content> older(Secret secret, DesiredCluster desired, boolean mayOpen) {
    ObjectNode newest = desired.config();
    ObjectNode withUsers = desired.rendered().treeWithUsers();
    boolean wouldOpen = !mayOpen && opens(newest);
    boolean mayClose = !desired.cluster().hidesLogins();
    boolean mayAsk = desired.cluster().mayAskOperator();
    return running(secret)
        .map(
            running ->
                wouldOpen || opens(running) && !mayClose
                    ? running
                    : ServerConfigFile.withUsers(running, withUsers, mayAsk))
        .or(() -> wouldOpen ? Optional.empty() : Optional.of(newest))
        .map(config -> new Content(config, ConfigSecret.blankLines(secret)));
  }

  private static Optional<ObjectNode> running(Secret secret) {
    return ConfigSecret.fileIn(secret)
        .flatMap(ServerConfigFile::tryParse)
        .filter(running -> running.path("cluster").isObject());
  }

  /** Whether clients need no login. */
  private static boolean opens(ObjectNode config) {
    return !config.has(ServerConfigFile.LOGINS);
  }
}
