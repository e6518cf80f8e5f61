package org.natsoperator.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.natsoperator.testing.Node;
import org.natsoperator.testing.NodeTest;
import org.natsoperator.testing.PodProcesses;

/**
 * If the training for the AOT cache fails, the image has no cache. Such an image works, but starts
 * in twice the time.
 */
@NodeTest
class ImageIT {

  @Test
  void operatorUsesItsAotCache() {
    assertThat(Node.operatorPods())
        .isNotEmpty()
        .flatExtracting(pod -> PodProcesses.of(pod, "nats-operator").ids())
        .allSatisfy(id -> assertThat(mapped((String) id)).contains("/app/nats-operator.aot"));
  }

  private static String mapped(String process) throws IOException {
    return Files.readString(Path.of("/proc", process, "maps"));
  }
}
