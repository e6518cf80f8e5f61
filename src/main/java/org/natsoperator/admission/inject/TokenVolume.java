package org.natsoperator.admission.inject;

import static org.natsoperator.admission.inject.JsonPatch.JSON;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.natsoperator.access.ClientNames;
import org.natsoperator.token.TokenSecret;

/**
 * A volume with the token for a cluster. Its content identifies it, not its name or position.
 *
 * @param file path of the token in it
 * @param way how the token gets into it
 * @param onlyToken whether it contains only the token, so that any container may mount it
 */
record TokenVolume(String name, String file, TokenMode way, boolean onlyToken) {

  /** In characters; Linux admits no longer path. */
  private static final int LONGEST_PATH = 4_096;

  /**
   * Returns the volumes with a token for a cluster; those with the cluster's mode first. Of volumes
   * with the same name, which only a forged review has, it returns one.
   */
  static List<TokenVolume> in(JsonNode volumes, ResolvedCluster cluster) {
    Set<String> names = new HashSet<>();
    return volumes
        .valueStream()
        .flatMap(volume -> read(volume, cluster.client()).stream())
        .filter(volume -> volume.file().length() <= LONGEST_PATH)
        .sorted(Comparator.comparing(volume -> volume.way != cluster.trust()))
        .filter(volume -> names.add(volume.name()))
        .toList();
  }

  static TokenVolume made(String name, TokenMode way) {
    return new TokenVolume(name, TokenSecret.KEY, way, true);
  }

  /** Names the Secret's key, so that the pod also waits while the Secret has no token yet. */
  ObjectNode toJson(ClientNames client, TokenExpiration lifetime) {
    ObjectNode volume = JSON.objectNode().put("name", name);
    if (way == TokenMode.PROJECTED) {
      volume
          .putObject("projected")
          .putArray("sources")
          .addObject()
          .putObject("serviceAccountToken")
          .put("audience", client.audience())
          .put("expirationSeconds", lifetime.seconds())
          .put("path", file);
    } else {
      ObjectNode secret = volume.putObject("secret").put("secretName", client.secret());
      secret.putArray("items").addObject().put("key", TokenSecret.KEY).put("path", file);
    }
    return volume;
  }

  /** Returns the token's path in the container; empty if the mount does not contain it. */
  Optional<String> seenThrough(JsonNode mount) {
    if (!name.equals(mount.path("name").textValue()) || mount.hasNonNull("subPathExpr")) {
      return Optional.empty();
    }
    String folder = mount.path("mountPath").asText();
    String part = MountPath.shortest(mount.path("subPath").asText(""));
    String token = MountPath.shortest(file);
    if (part.equals("/")) {
      return Optional.of(MountPath.join(folder, token));
    }
    return MountPath.isWithin(token, part)
        ? Optional.of(MountPath.join(folder, token.substring(part.length())))
        : Optional.empty();
  }

  private static Optional<TokenVolume> read(JsonNode volume, ClientNames client) {
    String name = volume.path("name").asText();
    JsonNode secret = volume.path("secret");
    if (client.secret().equals(secret.path("secretName").textValue())) {
      return fileOf(secret).map(file -> new TokenVolume(name, file, TokenMode.BOUND_SECRET, true));
    }
    JsonNode sources = volume.path("projected").path("sources");
    return sources
        .valueStream()
        .flatMap(source -> readSource(name, source, client, sources.size() == 1))
        .findFirst();
  }

  private static Stream<TokenVolume> readSource(
      String name, JsonNode source, ClientNames client, boolean onlyToken) {
    JsonNode secret = source.path("secret");
    if (client.secret().equals(secret.path("name").textValue())) {
      return fileOf(secret).stream()
          .map(file -> new TokenVolume(name, file, TokenMode.BOUND_SECRET, onlyToken));
    }
    JsonNode token = source.path("serviceAccountToken");
    return client.audience().equals(token.path("audience").textValue())
        ? Stream.of(
            new TokenVolume(name, token.path("path").asText(), TokenMode.PROJECTED, onlyToken))
        : Stream.empty();
  }

  /** Returns the path of the token of a bound Secret in the volume. */
  private static Optional<String> fileOf(JsonNode secret) {
    JsonNode items = secret.path("items");
    if (items.isEmpty()) {
      return Optional.of(TokenSecret.KEY);
    }
    return items
        .valueStream()
        .filter(item -> TokenSecret.KEY.equals(item.path("key").textValue()))
        .map(item -> item.path("path").asText())
        .findFirst();
  }
}
