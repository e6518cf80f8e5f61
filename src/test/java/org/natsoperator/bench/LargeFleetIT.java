package org.natsoperator.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.natsoperator.testing.ReleaseTest;

/**
 * The operator with the memory limit and the heap of the chart's default values, and with many
 * thousand objects, nearly all client pods in one namespace. Needs the files of {@code make
 * image-files}, and root for the limit.
 */
@ReleaseTest
class LargeFleetIT {

  @Test
  void staysWithinDefaultMemoryLimit() throws Exception {
    LargeFleetRun.Result result = LargeFleetRun.crowded();
    assertThat(result.kills()).as("kills by the kernel because of the limit").isZero();
    assertThat(result.writesAfterRestart()).as("writes after a restart").isZero();
  }
}
