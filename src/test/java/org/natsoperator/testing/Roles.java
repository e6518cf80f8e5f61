package org.natsoperator.testing;

import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.api.NatsServiceRole;
import org.natsoperator.api.NatsServiceRoleSpec;
import org.natsoperator.api.Permissions;
import org.natsoperator.role.ObservedRole;
import org.natsoperator.role.TokenSecret;

/** Roles for the cluster of {@link Clusters}, and what belongs to them. */
public final class Roles {

  private Roles() {}

  public static NatsServiceRole user() {
    return role(
        "nats-user",
        List.of("foo.*", "foo.bar.quux"),
        List.of("foo.bar", "greetings", "hello.world"));
  }

  public static NatsServiceRole admin() {
    return role("nats-admin-user", List.of(">"), List.of(">"));
  }

  public static NatsServiceRole role(String name, List<String> publish, List<String> subscribe) {
    NatsServiceRole role = new NatsServiceRole();
    role.setMetadata(
        new ObjectMetaBuilder()
            .withName(name)
            .withNamespace(Clusters.NAMESPACE)
            .withUid("uid-of-role-" + name)
            .withGeneration(1L)
            .withCreationTimestamp("2018-07-01T00:00:00Z")
            .addToLabels("nats_cluster", Clusters.NAME)
            .build());
    role.setSpec(new NatsServiceRoleSpec(new Permissions(publish, subscribe)));
    return role;
  }

  public static ServiceAccount account(String name) {
    return new ServiceAccountBuilder()
        .withNewMetadata()
        .withName(name)
        .withNamespace(Clusters.NAMESPACE)
        .withUid(Tokens.accountUid(name))
        .endMetadata()
        .build();
  }

  /** The Secret as the Go operator left it, which did not say for whom it was. */
  public static Secret tokenSecret(String account, String token) {
    return new SecretBuilder()
        .withNewMetadata()
        .withName(TokenSecret.name(account, Clusters.NAME))
        .withNamespace(Clusters.NAMESPACE)
        .withUid(Tokens.secretUid(account))
        .addToLabels("app", "nats")
        .addToLabels("nats_cluster", Clusters.NAME)
        .endMetadata()
        .withType("Opaque")
        .addToData(
            TokenSecret.KEY,
            Base64.getEncoder().encodeToString(token.getBytes(StandardCharsets.UTF_8)))
        .build();
  }

  /** A role with all it needs: cluster, ServiceAccount, and a token by {@link SigningKey#API_SERVER}. */
  public static ObservedRole bound(NatsServiceRole role, NatsCluster cluster) {
    String account = role.getMetadata().getName();
    return observed(role, cluster, SigningKey.API_SERVER.sign(Tokens.claims(account)));
  }

  /** The same with any token. */
  public static ObservedRole observed(NatsServiceRole role, NatsCluster cluster, String token) {
    String account = role.getMetadata().getName();
    return new ObservedRole(
        role,
        Optional.of(cluster),
        Optional.of(account(account)),
        Optional.of(tokenSecret(account, token)));
  }
}
