package org.natsoperator.access;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ServiceAccount;
import org.junit.jupiter.api.Test;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.testing.Clusters;
import org.natsoperator.testing.Roles;

class IdentityTest {

  private static final NatsCluster CLUSTER = Clusters.in("nats-io", "team");

  @Test
  void namesUserAfterServiceAccountInOwnNamespace() {
    assertThat(new Identity("nats-io", "nats-user").userIn(CLUSTER)).isEqualTo("nats-user");
    assertThat(new Identity("nats-io", "team.worker").userIn(CLUSTER)).isEqualTo("team.worker");
  }

  @Test
  void prefixesUserWithNamespaceInOtherNamespaces() {
    assertThat(new Identity("team", "nats-user").userIn(CLUSTER)).isEqualTo("team.nats-user");
    assertThat(new Identity("team", "a.b").userIn(CLUSTER)).isEqualTo("team.a.b");
  }

  @Test
  void serviceAccountAffectsRoleWithItsName() {
    assertThat(Identity.touchedBy(Roles.account("nats-user")))
        .containsExactly(new Identity("nats-io", "nats-user"));
  }

  @Test
  void serviceAccountAffectsForeignRoleWithItsUserName() {
    ServiceAccount account = Roles.account("team.a.b");
    Identity foreign = new Identity("team", "a.b");

    assertThat(Identity.touchedBy(account))
        .containsExactly(new Identity("nats-io", "team.a.b"), foreign);
    assertThat(foreign.userIn(CLUSTER)).isEqualTo(account.getMetadata().getName());
  }
}
