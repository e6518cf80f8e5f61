package org.natsoperator.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.natsoperator.chart.Users.rejection;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.natsoperator.testing.ChartServer;

/** With the operator's own token, an attacker cannot create a container with more rights. */
@ExtendWith(ChartServer.class)
class OperatorContainersGuardIT {

  private static StatefulSetAttack attack;

  @BeforeAll
  static void awaitPolicies() {
    attack = new StatefulSetAttack();
  }

  /** On OpenShift, the platform sets them. */
  @ParameterizedTest
  @ValueSource(strings = {"runAsUser", "runAsGroup", "fsGroup"})
  void admitsOtherUserAndGroups(String id) {
    String field = "/spec/template/spec/securityContext/" + id;

    assertThat(attack.set(field, "null")).isNotNull();
    assertThat(attack.set(field, "1000650000")).isNotNull();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          containers/0/securityContext                        | {"privileged": true}
          containers/0/securityContext                        | null
          containers/0/securityContext/allowPrivilegeEscalation | true
          containers/0/securityContext/readOnlyRootFilesystem | false
          containers/0/securityContext/runAsUser              | 0
          containers/0/securityContext/runAsNonRoot           | false
          containers/0/securityContext/procMount              | "Default"
          containers/0/securityContext/seccompProfile         | {"type": "Unconfined"}
          containers/0/securityContext/appArmorProfile        | {"type": "Unconfined"}
          containers/0/securityContext/seLinuxOptions         | {"type": "spc_t"}
          containers/0/securityContext/capabilities/add       | ["SYS_ADMIN"]
          containers/0/securityContext/capabilities           | null
          containers/1/securityContext                        | {"privileged": true}
          securityContext                                     | null
          securityContext/runAsUser                           | 0
          securityContext/seLinuxOptions                      | {"type": "spc_t"}
          securityContext/appArmorProfile                     | {"type": "Unconfined"}
          securityContext/runAsNonRoot                        | null
          securityContext/seccompProfile                      | null
          securityContext/runAsNonRoot                        | false
          securityContext/supplementalGroups                  | [0]
          securityContext/sysctls                             | [{"name": "kernel.shm_rmid_forced", "value": "1"}]
          securityContext/seccompProfile/type                 | "Unconfined"
          """)
  void rejectsOtherSecurityContext(String field, String value) {
    assertThat(rejection(() -> attack.set("/spec/template/spec/" + field, value)))
        .contains("exactly the securityContext that the operator sets");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          0/name                       | "evil"
          0/ports/0/hostPort           | 6222
          0/envFrom                    | [{"secretRef": {"name": "a"}}]
          0/workingDir                 | "/"
          0/stdin                      | true
          0/livenessProbe/httpGet/host | "169.254.169.254"
          0/startupProbe/httpGet/host  | "127.0.0.1"
          0/readinessProbe             | {"tcpSocket": {"host": "127.0.0.1", "port": 22}}
          0/lifecycle                  | {"preStop": {"httpGet": {"host": "127.0.0.1", "port": 22}}}
          0/lifecycle                  | {"preStop": {"tcpSocket": {"host": "127.0.0.1", "port": 22}}}
          0/lifecycle                  | {"postStart": {"exec": {"command": ["a"]}}}
          """)
  void rejectsOtherFieldOfContainer(String field, String value) {
    assertThat(rejection(() -> attack.set("/spec/template/spec/containers/" + field, value)))
        .contains("may have only the containers nats, reloader and metrics");
  }

  @Test
  void rejectsOtherContainer() {
    String container =
        Json.set(
            Json.text(attack.rendered.getSpec().getTemplate().getSpec().getContainers().getFirst()),
            "/name",
            "\"evil\"");

    assertThat(rejection(() -> attack.set("/spec/template/spec/containers/-", container)))
        .contains("may have only the containers nats, reloader and metrics");
  }
}
