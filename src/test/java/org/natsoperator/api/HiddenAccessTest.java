package org.natsoperator.api;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.natsoperator.testing.Clusters;

/** Clusters of which the operator cannot read who may log in. */
class HiddenAccessTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "none",
        "{enableServiceAccounts: 'true'}",
        "{serviceAccountTokens: [1]}",
        "{allowedNamespaces: a}",
        "{allowedNamespaces: [a, {}]}",
        "{projected: 5}",
        "{projected: {bindToPodAddress: 1}}"
      })
  void isHidden(String auth) {
    assertThat(Clusters.cluster("{auth: %s}".formatted(auth)).hidesAccess()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"{size: a}", "{auth: {clientsAuthTimeout: a}}", "{auth: {}}", "{}"})
  void isNotHidden(String spec) {
    assertThat(Clusters.cluster(spec).hidesAccess()).isFalse();
  }

  /** Otherwise its roles would get token Secrets, and new pods would mount these. */
  @Test
  void kindOfTokensStaysTheOneInForce() {
    String projected = "{auth: none}\nstatus: {serviceAccountTokens: Projected}";
    String secrets = "{auth: none}\nstatus: {serviceAccountTokens: BoundSecret}";

    assertThat(Clusters.cluster(projected).injectsProjectedTokens()).isTrue();
    assertThat(Clusters.cluster(secrets).injectsProjectedTokens()).isFalse();
    assertThat(Clusters.cluster("{auth: none}").injectsProjectedTokens()).isFalse();
  }
}
