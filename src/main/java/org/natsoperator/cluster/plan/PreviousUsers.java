package org.natsoperator.cluster.plan;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.Secret;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.natsoperator.access.PermissionIntersection;
import org.natsoperator.api.AllowResponses;
import org.natsoperator.cluster.observed.ObservedCluster;
import org.natsoperator.cluster.resources.ConfigSecret;
import org.natsoperator.config.ServerConfigFile;
import org.natsoperator.config.ServerUser;

/**
 * The users in the configuration that servers have now. If several revisions have the same user, it
 * has only the permissions of all.
 */
final class PreviousUsers {

  private static final Pattern SECONDS = Pattern.compile("(\\d{1,6})s");

  private PreviousUsers() {}

  /** The users by their name. */
  static Map<String, ServerUser> in(ObservedCluster observed) {
    Map<String, ServerUser> users = new HashMap<>();
    secrets(observed).stream()
        .flatMap(secret -> ConfigSecret.fileIn(secret).stream())
        .flatMap(file -> file.tryParse().stream())
        .flatMap(config -> config.path(ServerConfigFile.LOGINS).path("users").valueStream())
        .map(PreviousUsers::user)
        .forEach(user -> users.merge(user.name(), user, PreviousUsers::intersection));
    return users;
  }

  /** Without servers, the newest file is not mounted yet. */
  private static List<Secret> secrets(ObservedCluster observed) {
    List<Secret> inUse = observed.configSecretsInUse();
    return inUse.isEmpty()
        ? observed.objects().stream()
            .filter(Secret.class::isInstance)
            .map(Secret.class::cast)
            .filter(ConfigSecret::isOfRevision)
            .toList()
        : inUse;
  }

  private static ServerUser user(JsonNode user) {
    return new ServerUser(
        user.path("username").asText(),
        user.path("password").asText(),
        subjects(user, "publish"),
        subjects(user, "subscribe"),
        responses(user.at("/permissions/allow_responses")));
  }

  private static List<String> subjects(JsonNode user, String list) {
    return user.path("permissions").path(list).valueStream().map(JsonNode::asText).toList();
  }

  /** Empty also for a value that the operator does not write, so that nothing is granted. */
  private static Optional<AllowResponses> responses(JsonNode permission) {
    Matcher seconds = SECONDS.matcher(permission.path("expires").asText());
    return seconds.matches()
        ? Optional.of(
            new AllowResponses(permission.path("max").asInt(), Integer.valueOf(seconds.group(1))))
        : Optional.empty();
  }

  private static ServerUser intersection(ServerUser one, ServerUser other) {
    return new ServerUser(
        one.name(),
        one.password(),
        PermissionIntersection.ofPublish(one.publish(), other.publish()),
        PermissionIntersection.ofSubscribe(one.subscribe(), other.subscribe()),
        PermissionIntersection.ofResponses(one.responses(), other.responses()));
  }
}
