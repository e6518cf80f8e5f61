package org.natsoperator.cluster.resources;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.LifecycleHandler;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.natsoperator.config.ServerVersion;
import org.natsoperator.settings.ServerImages;
import org.natsoperator.testing.Clusters;

class LameDuckHooksTest {

  @ParameterizedTest(name = "{0} has no preStop hook")
  @ValueSource(strings = {"1.2.0", "1.4.1", "2.1.9"})
  void versionsThatExitOnSigtermGetNoPreStopHook(String version) {
    assertThat(containers(version, true)).extracting(Container::getLifecycle).containsOnlyNulls();
    assertThat(containers(version, false)).extracting(Container::getLifecycle).containsOnlyNulls();
  }

  @ParameterizedTest(name = "nats-server {0}")
  @ValueSource(strings = {"2.2.0", "2.15.3", "2.15.3-alpine"})
  void sidecarSendsLameDuckSignalWhileServerHookDelaysSigterm(String version) {
    LifecycleHandler server = preStop(version, true, 0);
    LifecycleHandler sidecar = preStop(version, true, 1);

    assertThat(server.getSleep().getSeconds()).isGreaterThan(2L + 1L);
    assertThat(server.getExec()).isNull();
    assertThat(sidecar.getExec().getCommand())
        .isEqualTo(
            List.of("/bin/sh", "-c", "sleep 2; kill -s USR2 \"$(cat /var/run/nats/nats.pid)\""));
  }

  @ParameterizedTest(name = "nats-server {0} with binary {1}")
  @CsvSource({
    "2.2.0,         /nats-server",
    "2.15.3,        /nats-server",
    "2.15.3-alpine, /usr/local/bin/nats-server"
  })
  void serverSignalsItselfWithoutSidecar(String version, String binary) {
    LifecycleHandler server = preStop(version, false, 0);

    assertThat(server.getExec().getCommand())
        .isEqualTo(List.of(binary, "-sl", "ldm=/var/run/nats/nats.pid"));
    assertThat(server.getSleep()).isNull();
  }

  private static LifecycleHandler preStop(String version, boolean sidecar, int container) {
    return containers(version, sidecar).get(container).getLifecycle().getPreStop();
  }

  private static List<Container> containers(String version, boolean sidecar) {
    var cluster =
        Clusters.cluster(
            "{version: %s, pod: {enableConfigReload: %s}}".formatted(version, sidecar));
    return new ServerPod(cluster, ServerVersion.parse(version).orElseThrow(), "r")
        .template(ServerImages.OF_RUNTIME)
        .getSpec()
        .getContainers();
  }
}
