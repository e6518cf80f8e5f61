package org.natsoperator.role;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.natsoperator.role.BindingFixture.ACCOUNT;
import static org.natsoperator.role.BindingFixture.CLUSTER;
import static org.natsoperator.role.BindingFixture.GRANT;
import static org.natsoperator.role.BindingFixture.ROLE;
import static org.natsoperator.role.BindingFixture.SECRET;
import static org.natsoperator.role.BindingFixture.TOKEN;
import static org.natsoperator.role.BindingFixture.WITHDRAWN;
import static org.natsoperator.role.BindingFixture.bind;
import static org.natsoperator.role.BindingFixture.recorded;

import io.fabric8.kubernetes.api.model.ServiceAccount;
import org.junit.jupiter.api.Test;
import org.natsoperator.role.Binding.Bound;
import org.natsoperator.role.Binding.Unissued;
import org.natsoperator.testing.Roles;
import org.natsoperator.testing.SigningKey;
import org.natsoperator.token.BoundToken;
import org.natsoperator.token.IssueReason;
import org.natsoperator.token.ProofKey;
import org.natsoperator.token.TokenProof;

/** A recorded proof of a token is as good as its signature. */
class BindingByRecordedProofTest {

  @Test
  void recordedProofBindsWithoutKeyOfApiServer() {
    assertThat(bind(ROLE, CLUSTER, ACCOUNT, recorded(TOKEN), WITHDRAWN))
        .isEqualTo(new Bound(GRANT, new BoundToken(TOKEN)));
    assertThat(bind(ROLE, CLUSTER, ACCOUNT, SECRET, WITHDRAWN))
        .as("without a recorded proof")
        .isEqualTo(new Unissued(GRANT, IssueReason.UNPROVEN));
  }

  @Test
  void signatureBindsAfterProofKeyWasLost() {
    ProofKey newer = new ProofKey("x".repeat(32).getBytes(UTF_8));
    TokenProof proof = new TokenProof(newer, SigningKey.verifier(SigningKey.API_SERVER));

    assertThat(bind(ROLE, CLUSTER, ACCOUNT, recorded(TOKEN), proof)).isInstanceOf(Bound.class);
  }

  @Test
  void recordedProofIsNotValidForRecreatedServiceAccount() {
    ServiceAccount recreated = Roles.account("nats-user");
    recreated.getMetadata().setUid("newer");

    assertThat(bind(ROLE, CLUSTER, recreated, recorded(TOKEN), WITHDRAWN))
        .isEqualTo(new Unissued(GRANT, IssueReason.ACCOUNT_REPLACED));
  }
}
