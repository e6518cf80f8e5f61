package org.natsoperator.role;

import com.nimbusds.jwt.JWTClaimsSet;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import java.util.List;
import java.util.Optional;
import org.natsoperator.access.Grant;
import org.natsoperator.access.Identity;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.api.NatsServiceRole;
import org.natsoperator.testing.Clusters;
import org.natsoperator.testing.Roles;
import org.natsoperator.testing.SigningKey;
import org.natsoperator.testing.Tokens;
import org.natsoperator.token.TokenProof;

/** A bound role, and the decision about variants of its objects. */
final class BindingFixture {

  static final NatsServiceRole ROLE = Roles.user();
  static final NatsCluster CLUSTER = Clusters.walkthrough("2.15.3");
  static final ServiceAccount ACCOUNT = Roles.account("nats-user");
  static final String TOKEN = SigningKey.API_SERVER.sign(Tokens.claims("nats-user"));
  static final Secret SECRET = Roles.tokenSecret("nats-user", TOKEN);

  /** The API server has withdrawn its key. */
  static final TokenProof WITHDRAWN = SigningKey.proof();

  static final Grant GRANT =
      new Grant(
          new Identity("nats-io", "nats-user"),
          "nats-user",
          List.of("foo.*", "foo.bar.quux"),
          List.of("foo.bar", "greetings", "hello.world", "_INBOX_.nats-io.nats-user.>"),
          Optional.empty());

  private BindingFixture() {}

  static Binding bind(
      NatsServiceRole role, NatsCluster cluster, ServiceAccount account, Secret secret) {
    return bind(role, cluster, account, secret, proof());
  }

  static Binding bind(
      NatsServiceRole role,
      NatsCluster cluster,
      ServiceAccount account,
      Secret secret,
      TokenProof proof) {
    return Binding.of(observed(role, cluster, account, secret), proof);
  }

  static ObservedRole observed(
      NatsServiceRole role, NatsCluster cluster, ServiceAccount account, Secret secret) {
    return Roles.observed(role, listOf(cluster), listOf(account), listOf(secret));
  }

  static TokenProof proof() {
    return SigningKey.proof(SigningKey.API_SERVER);
  }

  static <T extends HasMetadata> T terminating(T object) {
    object.getMetadata().setDeletionTimestamp("2018-07-02T00:00:00Z");
    return object;
  }

  /** A Secret with a recorded proof of its token. */
  static Secret recorded(String token) {
    return Roles.recorded(Roles.tokenSecret("nats-user", token), ROLE, CLUSTER);
  }

  static String newer() {
    return SigningKey.API_SERVER.sign(
        new JWTClaimsSet.Builder(Tokens.claims("nats-user")).jwtID("newer").build());
  }

  private static <T> List<T> listOf(T nullable) {
    return Optional.ofNullable(nullable).stream().toList();
  }
}
