package org.natsoperator.chart;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.natsoperator.testing.ChartServer;
import org.natsoperator.testing.ChartServer.Release;
import org.natsoperator.testing.Helm;

/** The installation of a second operator for the same clusters is rejected. */
@ExtendWith(ChartServer.class)
class SecondOperatorIT {

  private static final String NO_CRDS = "crds={\"install\": false}";
  private static final Release FIRST = new Release("first", "operator-one");
  private static final Release SECOND = new Release("second", "operator-two");

  private String one;
  private String two;

  @BeforeEach
  void createNamespaces() {
    one = ChartServer.namespace("one");
    two = ChartServer.namespace("two");
  }

  @AfterEach
  void uninstall() {
    FIRST.uninstall();
  }

  @Test
  void rejectsSecondOperatorIfOneWatchesAllNamespaces() {
    FIRST.upgrade(NO_CRDS);
    assertRejected(SECOND.tryUpgrade(NO_CRDS), "all namespaces");
    assertRejected(SECOND.tryUpgrade(NO_CRDS, watch(one)), one);
    FIRST.upgrade(NO_CRDS, "logLevel=\"DEBUG\"");
  }

  @Test
  void rejectsSecondOperatorIfNamespacesOverlap() {
    FIRST.upgrade(NO_CRDS, watch(one));
    assertRejected(SECOND.tryUpgrade(NO_CRDS), one);
    assertRejected(SECOND.tryUpgrade(NO_CRDS, watch(one, two)), one);
  }

  @Test
  void allowsSecondOperatorIfNamespacesDoNotOverlap() {
    FIRST.upgrade(NO_CRDS, watch(one));
    SECOND.upgrade(NO_CRDS, watch(two));
    SECOND.uninstall();
  }

  @Test
  void ignoresOperatorThatIsScaledToZero() {
    FIRST.upgrade(NO_CRDS, "replicas=0");
    SECOND.upgrade(NO_CRDS);
    SECOND.uninstall();
  }

  private static void assertRejected(Helm.Result answer, String description) {
    assertThat(answer.exitCode()).isNotZero();
    assertThat(answer.text())
        .contains(
            FIRST.serviceAccount(),
            FIRST.namespace(),
            "already watches " + description + ";",
            "watchNamespaces",
            "uninstall that operator");
    assertThat(
            ChartServer.client()
                .apps()
                .deployments()
                .inNamespace(SECOND.namespace())
                .list()
                .getItems())
        .isEmpty();
  }

  private static String watch(String... namespaces) {
    return "watchNamespaces=[\"" + String.join("\",\"", namespaces) + "\"]";
  }
}
