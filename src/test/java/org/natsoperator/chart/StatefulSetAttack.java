package org.natsoperator.chart;

import static org.natsoperator.testing.ChartServer.EVERYWHERE;

import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.client.KubernetesClient;
import org.natsoperator.testing.ChartServer;

/**
 * With the operator's own token, an attacker changes one field of a StatefulSet that the operator
 * renders.
 */
final class StatefulSetAttack {

  final KubernetesClient operator = ChartServer.as(EVERYWHERE.user());
  final StatefulSet rendered;

  /** Waits until the policies are in force. */
  StatefulSetAttack() {
    // The API server does not accept it together with hostPID.
    rendered =
        Json.set(
            RenderedObjects.statefulSet(ChartServer.namespace("pods"), "example-nats"),
            "/spec/template/spec/shareProcessNamespace",
            "null");
    Users.awaitRejection(() -> set("/spec/template/spec/hostPID", "true"));
    Users.awaitRejection(() -> set("/metadata/labels/app", "\"web\""));
  }

  /** A dry run of a StatefulSet with this value. */
  StatefulSet set(String field, String value) {
    return operator.resource(Json.set(rendered, field, value)).dryRun().create();
  }
}
