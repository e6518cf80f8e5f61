package org.natsoperator.admission.inject;

import static org.natsoperator.admission.inject.JsonPatch.JSON;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.natsoperator.access.ClientNames;
import org.natsoperator.token.TokenSecret;

/**
 * A volume with the token for a cluster. It is known by what it holds: whoever names or orders
 * volumes anew does not change that.
 *
 * @param file where the token lies in it
 * @param way how the token comes into it
 * @param alone whether nothing else lies in it, so that any container may see it
 */
record TokenVolume(String name, String file, TokenMode way, boolean alone) {

  /** The volumes of a pod with the token for a cluster; those of the cluster's own way first. */
  static List<TokenVolume> in(JsonNode volumes, ResolvedCluster cluster) {
    List<TokenVolume> found = new ArrayList<>();
    for (JsonNode volume : volumes) {
      read(volume, cluster.client()).ifPresent(found::add);
    }
    found.sort(Comparator.comparing(volume -> volume.way != cluster.trust()));
    return found;
  }

  /** A volume of our own making. */
  static TokenVolume made(String name, TokenMode way) {
    return new TokenVolume(name, TokenSecret.KEY, way, true);
  }

  /**
   * As a pod's volume. The Secret's key is named, so that a pod also waits for a Secret that is
   * there while its token is not yet.
   */
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

  /** What a mount of this volume shows of the token: its path in the container. */
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
      String name, JsonNode source, ClientNames client, boolean alone) {
    JsonNode secret = source.path("secret");
    if (client.secret().equals(secret.path("name").textValue())) {
      return fileOf(secret).stream()
          .map(file -> new TokenVolume(name, file, TokenMode.BOUND_SECRET, alone));
    }
    JsonNode token = source.path("serviceAccountToken");
    return client.audience().equals(token.path("audience").textValue())
        ? Stream.of(new TokenVolume(name, token.path("path").asText(), TokenMode.PROJECTED, alone))
        : Stream.empty();
  }

  /** Where the token of a bound Secret comes to lie. */
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
