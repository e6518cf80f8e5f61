package org.natsoperator.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.natsoperator.chart.AccessReviews.mayName;
import static org.natsoperator.chart.ListedRelease.LISTED;
import static org.natsoperator.testing.ChartServer.EVERYWHERE;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.natsoperator.testing.ChartServer;
import org.natsoperator.testing.ChartServer.Release;

/** The permissions of the operator for single objects, by their names. */
@ExtendWith(ChartServer.class)
class NamedRightsIT {

  private static String watched;

  @BeforeAll
  static void install() {
    watched = ListedRelease.install();
  }

  @AfterAll
  static void uninstall() {
    LISTED.uninstall();
  }

  @Test
  void operatorUpdatesOnlyLeaseOfLeaderElection() {
    assertThat(
            mayName(
                LISTED,
                LISTED.namespace(),
                "update",
                "coordination.k8s.io",
                "leases",
                "nats-operator"))
        .isTrue();
    assertThat(
            mayName(
                LISTED, LISTED.namespace(), "update", "coordination.k8s.io", "leases", "another"))
        .isFalse();
    assertThat(mayName(LISTED, watched, "update", "coordination.k8s.io", "leases", "nats-operator"))
        .isFalse();
    assertThat(
            mayName(
                EVERYWHERE,
                "kube-system",
                "update",
                "coordination.k8s.io",
                "leases",
                "nats-operator"))
        .isFalse();
  }

  @ParameterizedTest
  @CsvSource({"mutatingwebhookconfigurations", "validatingwebhookconfigurations"})
  void operatorPatchesOnlyItsOwnWebhookConfigurations(String resource) {
    String group = "admissionregistration.k8s.io";
    for (Release release : new Release[] {EVERYWHERE, LISTED}) {
      for (String verb : new String[] {"get", "list", "watch", "patch"}) {
        assertThat(mayName(release, null, verb, group, resource, release.serviceAccount()))
            .isTrue();
        assertThat(mayName(release, null, verb, group, resource, "another")).isFalse();
      }
      for (String verb : new String[] {"create", "update", "delete"}) {
        assertThat(mayName(release, null, verb, group, resource, release.serviceAccount()))
            .isFalse();
      }
    }
  }

  @Test
  void operatorUpdatesOnlySecretOfItsWebhooks() {
    for (String verb : new String[] {"get", "list", "watch", "update"}) {
      assertThat(
              mayName(
                  LISTED,
                  LISTED.namespace(),
                  verb,
                  "",
                  "secrets",
                  LISTED.serviceAccount() + "-webhooks"))
          .isTrue();
    }
    assertThat(mayName(LISTED, LISTED.namespace(), "update", "", "secrets", "another")).isFalse();
    assertThat(mayName(LISTED, LISTED.namespace(), "watch", "", "secrets", "another")).isFalse();
  }

  @Test
  void operatorReadsOnlyItsOwnServiceAccountAsOwner() {
    assertThat(
            mayName(
                LISTED, LISTED.namespace(), "get", "", "serviceaccounts", LISTED.serviceAccount()))
        .isTrue();
    assertThat(mayName(LISTED, LISTED.namespace(), "get", "", "serviceaccounts", "default"))
        .isFalse();
  }
}
