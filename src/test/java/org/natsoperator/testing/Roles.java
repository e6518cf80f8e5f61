package org.natsoperator.testing;

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.natsoperator.access.ClientNames;
import org.natsoperator.access.ClusterReference;
import org.natsoperator.access.Identity;
import org.natsoperator.access.Lookup;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.api.NatsServiceRole;
import org.natsoperator.api.NatsServiceRoleSpec;
import org.natsoperator.api.NatsServiceRoleStatus;
import org.natsoperator.api.Permissions;
import org.natsoperator.role.ObservedRole;
import org.natsoperator.token.TokenClaims;
import org.natsoperator.token.TokenOwners;
import org.natsoperator.token.TokenSecret;

/** Roles for the cluster of {@link Clusters}, and the objects that belong to them. */
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
    role.setSpec(new NatsServiceRoleSpec(new Permissions(publish, subscribe), null));
    return role;
  }

  /** A role of another namespace, for the cluster of its own namespace. */
  public static NatsServiceRole in(String namespace, String name) {
    NatsServiceRole role = role(name, List.of("foo"), List.of("foo"));
    role.getMetadata().setNamespace(namespace);
    return role;
  }

  /** A role of another namespace that names the namespace of its cluster. */
  public static NatsServiceRole in(String namespace, String name, String clusterNamespace) {
    NatsServiceRole role = in(namespace, name);
    role.getMetadata().setAnnotations(Map.of("nats.io/cluster-namespace", clusterNamespace));
    return role;
  }

  /** The status of generation 1 with these conditions. */
  public static NatsServiceRoleStatus status(Condition... conditions) {
    return Serialization.unmarshal("observedGeneration: 1", NatsServiceRoleStatus.class)
        .withConditions(List.of(conditions));
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

  /** The Secret as the Go operator left it, without annotations for its owner. */
  public static Secret tokenSecret(String account, String token) {
    return new SecretBuilder()
        .withNewMetadata()
        .withName(account + "-" + Clusters.NAME + ClientNames.SECRET_SUFFIX)
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

  /** The Secret as the operator leaves it: with annotations and the proof of its valid token. */
  public static Secret recorded(Secret secret, NatsServiceRole role, NatsCluster cluster) {
    Secret annotated = TokenSecret.annotated(secret, role, cluster);
    ServiceAccount account = account(role.getMetadata().getName());
    ClientNames names = ClientNames.of(Identity.of(role), cluster);
    return SigningKey.proof(SigningKey.API_SERVER)
        .withProof(
            annotated,
            TokenClaims.expected(names, account, annotated),
            TokenOwners.of(account, annotated, role, cluster));
  }

  /** A role with a cluster, a ServiceAccount, and a token by {@link SigningKey#API_SERVER}. */
  public static ObservedRole bound(NatsServiceRole role, NatsCluster cluster) {
    String account = role.getMetadata().getName();
    return observed(role, cluster, SigningKey.API_SERVER.sign(Tokens.claims(account)));
  }

  /** Like {@link #bound}, with any token. */
  public static ObservedRole observed(NatsServiceRole role, NatsCluster cluster, String token) {
    String account = role.getMetadata().getName();
    return observed(
        role, List.of(cluster), List.of(account(account)), List.of(tokenSecret(account, token)));
  }

  /** A role as observed if only these clusters, ServiceAccounts and Secrets exist. */
  public static ObservedRole observed(
      NatsServiceRole role,
      List<NatsCluster> clusters,
      List<ServiceAccount> accounts,
      List<Secret> secrets) {
    ClusterReference reference = ClusterReference.of(role);
    return ObservedRole.of(
        role,
        among(clusters).find(reference.clusterNamespace(), reference.name()),
        among(accounts),
        among(secrets));
  }

  private static <T extends HasMetadata> Lookup<T> among(List<T> objects) {
    return (namespace, name) ->
        objects.stream()
            .filter(object -> object.getMetadata().getNamespace().equals(namespace))
            .filter(object -> object.getMetadata().getName().equals(name))
            .findFirst();
  }
}
