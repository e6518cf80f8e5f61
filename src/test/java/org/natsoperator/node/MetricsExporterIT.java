package org.natsoperator.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.natsoperator.testing.LongNodeTest;
import org.natsoperator.testing.Manifests;
import org.natsoperator.testing.NodeImages;
import org.natsoperator.testing.RunningCluster;
import org.natsoperator.testing.Sandbox;

/** The Prometheus exporter of a server pod. A stand-in has the flags of the real one. */
@LongNodeTest
class MetricsExporterIT {

  private static final Path EXPORTER = Path.of("src/test/exporter");

  @Test
  void exporterReadsItsServer(Sandbox sandbox, @TempDir Path folder) throws IOException {
    NodeImages.load("localhost/exporter:test", EXPORTER, folder);
    RunningCluster.start(
        sandbox,
        Manifests.cluster(
            """
            size: 1
            version: 2.15.3
            pod:
              enableConfigReload: true
              enableMetrics: true
              metricsImage: localhost/exporter
              metricsImageTag: test
              metricsImagePullPolicy: Never
            """));
    String path = "/api/v1/namespaces/%s/pods/example-nats-1:7777/proxy/metrics";
    // The pod is ready when the exporter has started, but it may not listen yet.
    await()
        .ignoreExceptions()
        .untilAsserted(
            () ->
                assertThat(sandbox.client().raw(path.formatted(sandbox.namespace())))
                    .startsWith("gnatsd_varz_connections "));
  }
}
