package org.natsoperator.role;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jwt.JWTClaimsSet;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.natsoperator.access.Identity;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.api.NatsServiceRole;
import org.natsoperator.role.Binding.Bound;
import org.natsoperator.role.Binding.Unbound;
import org.natsoperator.role.Binding.Unissued;
import org.natsoperator.testing.Clusters;
import org.natsoperator.testing.Roles;
import org.natsoperator.testing.SigningKey;
import org.natsoperator.testing.Tokens;
import org.natsoperator.token.BoundToken;
import org.natsoperator.token.ReissueRequests;
import org.natsoperator.token.TokenSecret;

/** A role for a cluster of another namespace. */
class ForeignRoleTest {

  private static final NatsCluster CLUSTER = Clusters.in("nats-io", "team");
  private static final NatsServiceRole ROLE = Roles.in("team", "worker", "nats-io");
  private static final ServiceAccount ACCOUNT = account("team", "worker");
  private static final String TOKEN = token("system:serviceaccount:team:worker");

  @Test
  void bindsServiceAccountOfItsNamespaceToPrefixedUser() {
    assertThat(
            bind(
                ROLE, List.of(ACCOUNT), List.of(secret("worker-example-nats.nats-io-bound-token"))))
        .isInstanceOfSatisfying(
            Bound.class,
            bound -> {
              assertThat(bound.grant().user()).isEqualTo("team.worker");
              assertThat(bound.grant().identity()).isEqualTo(new Identity("team", "worker"));
              assertThat(bound.grant().isAtHome()).isFalse();
              assertThat(bound.token()).isEqualTo(new BoundToken(TOKEN));
            });
  }

  @Test
  void ignoresTokenInSecretWithShortName() {
    assertThat(bind(ROLE, List.of(ACCOUNT), List.of(secret("worker-example-nats-bound-token"))))
        .isInstanceOf(Unissued.class);
  }

  @Test
  void rejectsTokenOfSameServiceAccountNameInClusterNamespace() {
    Secret secret =
        TokenSecret.withToken(
            TokenSecret.empty(ROLE, CLUSTER),
            secret("any"),
            token("system:serviceaccount:nats-io:worker"),
            ReissueRequests.of(ROLE, CLUSTER));

    assertThat(bind(ROLE, List.of(ACCOUNT), List.of(secret))).isInstanceOf(Unissued.class);
  }

  @Test
  void isUnboundIfLocalServiceAccountHasItsUserName() {
    ServiceAccount namesake = account("nats-io", "team.worker");

    assertThat(
            bind(
                ROLE,
                List.of(ACCOUNT, namesake),
                List.of(secret("worker-example-nats.nats-io-bound-token"))))
        .isInstanceOfSatisfying(
            Unbound.class,
            unbound -> {
              assertThat(unbound.reason()).isEqualTo("UserNameTaken");
              assertThat(unbound.message())
                  .contains(
                      "metadata.name",
                      "team.worker",
                      "use another name for the role and its ServiceAccount");
            });
  }

  @Test
  void ignoresServiceAccountWithUserNameInThirdNamespace() {
    ServiceAccount elsewhere = account("other", "team.worker");

    assertThat(
            bind(
                ROLE,
                List.of(ACCOUNT, elsewhere),
                List.of(secret("worker-example-nats.nats-io-bound-token"))))
        .isInstanceOf(Bound.class);
  }

  @Test
  void roleInClusterNamespaceHasNoNameConflict() {
    NatsServiceRole home = Roles.role("team.worker", List.of("foo"), List.of());

    assertThat(bind(home, List.of(account("nats-io", "team.worker")), List.of()))
        .isInstanceOf(Unissued.class);
  }

  @Test
  void limitsNameToLengthOfItsSecretName() {
    int longest = 253 - "-example-nats.nats-io-bound-token".length();

    assertThat(bind(named(longest), List.of(account("team", "w".repeat(longest))), List.of()))
        .isInstanceOf(Unissued.class);
    assertThat(
            bind(named(longest + 1), List.of(account("team", "w".repeat(longest + 1))), List.of()))
        .isInstanceOfSatisfying(
            Unbound.class,
            unbound -> {
              assertThat(unbound.reason()).isEqualTo("Invalid");
              assertThat(unbound.message()).contains("metadata.name", "use a shorter name");
            });
  }

  private static NatsServiceRole named(int length) {
    return Roles.in("team", "w".repeat(length), "nats-io");
  }

  private static Binding bind(
      NatsServiceRole role, List<ServiceAccount> accounts, List<Secret> secrets) {
    return Binding.of(
        Roles.observed(role, List.of(CLUSTER), accounts, secrets),
        SigningKey.proof(SigningKey.API_SERVER));
  }

  private static ServiceAccount account(String namespace, String name) {
    return new ServiceAccountBuilder(Roles.account(name))
        .editMetadata()
        .withNamespace(namespace)
        .endMetadata()
        .build();
  }

  private static Secret secret(String name) {
    return new SecretBuilder(Roles.tokenSecret("worker", TOKEN))
        .editMetadata()
        .withName(name)
        .withNamespace("team")
        .endMetadata()
        .build();
  }

  private static String token(String subject) {
    return SigningKey.API_SERVER.sign(
        new JWTClaimsSet.Builder(Tokens.claims("worker")).subject(subject).build());
  }
}
