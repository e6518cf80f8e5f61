package org.natsoperator.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.time.Duration;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.natsoperator.leader.LeaderLease;
import org.natsoperator.testing.LongTest;
import org.natsoperator.testing.OperatorProcess;
import org.natsoperator.testing.OperatorTest;
import org.natsoperator.testing.Sandbox;
import org.natsoperator.testing.SeparateApiServer;

/** The API server rejects the first list of a kind that only an informer of the SDK watches. */
@LongTest
@ExtendWith(SeparateApiServer.class)
class FailedListIT {

  private static final String USER = "operator-without-policies";

  private static final String GROUPS =
      "'', apps, policy, nats.io, events.k8s.io, coordination.k8s.io, authentication.k8s.io";

  private static final String NETWORK_POLICIES = "networking.k8s.io";

  /** A process that the failure ends does so earlier. */
  private static final Duration SEVERAL_ATTEMPTS = Duration.ofSeconds(3);

  private static final Duration STARTED = Duration.ofMinutes(2);

  private Sandbox sandbox;
  private double listsBefore;
  @AutoClose private OperatorProcess operator;

  @BeforeEach
  void start(Sandbox fresh) {
    sandbox = fresh;
    permit(GROUPS);
    sandbox.kubectl(
        "create", "clusterrolebinding", USER, "--clusterrole=" + USER, "--user=" + USER);
    // Otherwise it waits until the lease of a replica of another test expires.
    lease().delete();
    listsBefore = otherLists();
    operator = OperatorProcess.startAs(USER, USER, sandbox.kubeconfig());
  }

  @Test
  void startGoesOnWhenListSucceeds() {
    await().atMost(STARTED).until(() -> otherLists() > listsBefore);
    await().during(SEVERAL_ATTEMPTS).until(operator::isAlive);
    assertThat(lease().get()).as("led with an empty cache").isNull();

    permit(GROUPS + ", " + NETWORK_POLICIES);

    await()
        .atMost(STARTED)
        .failFast("the process ended", () -> !operator.isAlive())
        .until(this::leads);
  }

  private void permit(String groups) {
    sandbox.kubectlApply(
        """
        apiVersion: rbac.authorization.k8s.io/v1
        kind: ClusterRole
        metadata: {name: %s}
        rules: [{apiGroups: [%s], resources: ["*"], verbs: ["*"]}]
        """
            .formatted(USER, groups));
  }

  private Resource<Lease> lease() {
    return sandbox.client().leases().inNamespace(OperatorTest.NAMESPACE).withName(LeaderLease.NAME);
  }

  private boolean leads() {
    Lease lease = lease().get();
    return lease != null && USER.equals(lease.getSpec().getHolderIdentity());
  }

  /** Lists of another kind that only an informer of the SDK watches, which starts with it. */
  private double otherLists() {
    return sandbox
        .client()
        .raw("/metrics")
        .lines()
        .filter(line -> line.startsWith("apiserver_request_total{"))
        .filter(line -> line.contains("resource=\"statefulsets\"") && line.contains("\"LIST\""))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }
}
