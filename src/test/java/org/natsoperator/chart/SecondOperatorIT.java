package org.natsoperator.chart;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.natsoperator.testing.ChartServer;
import org.natsoperator.testing.ChartServer.Release;
import org.natsoperator.testing.Helm;

/** Two operators that look after the same clusters are refused when the second is installed. */
@ExtendWith(ChartServer.class)
class SecondOperatorIT {

  private static final String NO_CRDS = "crds={\"install\": false}";
  private static final Release FIRST = new Release("first", "operator-one");
  private static final Release SECOND = new Release("second", "operator-two");

  private String one;
  private String two;

  @BeforeEach
  void namespaces() {
    one = ChartServer.namespace("one");
    two = ChartServer.namespace("two");
  }

  @AfterEach
  void uninstall() {
    FIRST.uninstall();
  }

  @Test
  void whereOneLooksAfterAllThereIsNoOther() {
    FIRST.upgrade(NO_CRDS);
    assertRefused(SECOND.tryUpgrade(NO_CRDS), "all namespaces");
    assertRefused(SECOND.tryUpgrade(NO_CRDS, watch(one)), one);
    FIRST.upgrade(NO_CRDS, "logLevel=\"DEBUG\"");
  }

  @Test
  void whereListsOverlapEither() {
    FIRST.upgrade(NO_CRDS, watch(one));
    assertRefused(SECOND.tryUpgrade(NO_CRDS), one);
    assertRefused(SECOND.tryUpgrade(NO_CRDS, watch(one, two)), one);
  }

  @Test
  void listsThatDoNotOverlapAreFine() {
    FIRST.upgrade(NO_CRDS, watch(one));
    SECOND.upgrade(NO_CRDS, watch(two));
    SECOND.uninstall();
  }

  @Test
  void oneThatIsScaledToNothingIsNoOperator() {
    FIRST.upgrade(NO_CRDS, "replicas=0");
    SECOND.upgrade(NO_CRDS);
    SECOND.uninstall();
  }

  private static void assertRefused(Helm.Result answer, String what) {
    assertThat(answer.exitCode()).isNotZero();
    assertThat(answer.text())
        .contains(
            FIRST.serviceAccount(),
            FIRST.namespace(),
            "already watches " + what + ";",
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
