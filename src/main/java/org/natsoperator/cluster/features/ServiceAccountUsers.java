package org.natsoperator.cluster.features;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Set;
import org.natsoperator.api.AuthPolicy;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.api.NatsClusterSpec;
import org.natsoperator.config.Hash;
import org.natsoperator.config.ServerConfig;
import org.natsoperator.config.ServerConfigFile;
import org.natsoperator.config.ServerUser;
import org.natsoperator.validation.DnsNames;
import org.natsoperator.validation.FieldErrors;

/** Clients log in as ServiceAccounts, with the permissions of their roles. */
final class ServiceAccountUsers implements ServerFeature {

  /**
   * Prefix of an unused subject, followed by a hash of the user's name. An empty list would allow
   * everything, and servers before 1.3 have no "deny".
   */
  private static final String NOTHING = "_nothing.";

  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  /** A list of namespaces has an effect only if clients log in as ServiceAccounts. */
  @Override
  public void validate(NatsClusterSpec spec, FieldErrors errors) {
    List<String> namespaces = spec.auth().allowedNamespaces();
    errors.addIf(
        !namespaces.isEmpty() && !spec.auth().enableServiceAccounts(),
        "spec.auth.allowedNamespaces",
        AuthPolicy.ALLOWED_NAMESPACES_CONTRADICTION);
    for (int i = 0; i < namespaces.size(); i++) {
      errors.addIf(
          !DnsNames.isLabel(namespaces.get(i)),
          "spec.auth.allowedNamespaces[%d]".formatted(i),
          "\"%s\" " + AuthPolicy.INVALID_NAMESPACE,
          namespaces.get(i));
    }
  }

  @Override
  public void warn(NatsCluster cluster, FieldErrors warnings) {
    AuthPolicy auth = cluster.getSpec().auth();
    warnings.addIf(
        !auth.enableServiceAccounts(),
        "spec.auth.enableServiceAccounts",
        "is not true, so anyone who can reach the servers has full access; set it to true");
    warnings.addIf(
        auth.allowedNamespaces().contains(cluster.getMetadata().getNamespace()),
        "spec.auth.allowedNamespaces",
        "the cluster's own namespace is always admitted; remove it");
  }

  @Override
  public void configure(ServerConfig config, ObjectNode natsConf) {
    config.users().ifPresent(users -> natsConf.set(ServerConfigFile.LOGINS, authorization(users)));
  }

  @Override
  public Set<String> reloadable() {
    return Set.of(ServerConfigFile.LOGINS);
  }

  /** The users, and the sentinel. */
  static ObjectNode authorization(List<ServerUser> users) {
    ArrayNode array = JSON.arrayNode();
    users.forEach(user -> array.add(user(user)));
    array.add(user(ServerUser.SENTINEL));
    return JSON.objectNode().set("users", array);
  }

  private static ObjectNode user(ServerUser user) {
    ObjectNode permissions = JSON.objectNode();
    permissions.set("publish", subjects(user, user.publish()));
    permissions.set("subscribe", subjects(user, user.subscribe()));
    user.responses()
        .ifPresent(
            responses ->
                permissions
                    .putObject("allow_responses")
                    .put("max", responses.max())
                    .put("expires", responses.expiresSeconds() + "s"));
    ObjectNode node =
        JSON.objectNode().put("username", user.name()).put("password", user.password());
    return node.set("permissions", permissions);
  }

  private static ArrayNode subjects(ServerUser user, List<String> allowed) {
    ArrayNode subjects = JSON.arrayNode();
    allowed.forEach(subjects::add);
    return allowed.isEmpty() ? subjects.add(NOTHING + Hash.shortOf(user.name())) : subjects;
  }
}
