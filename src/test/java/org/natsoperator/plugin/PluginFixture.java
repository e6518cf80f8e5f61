package org.natsoperator.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.natsoperator.testing.Sandbox;

/** Client pods for tests of the plugin, and its expected output. */
final class PluginFixture {

  private static final Path GOLDEN = Path.of("src/test/resources/kubectl-plugin");

  /** The clients of a test connect from this address. */
  private static final String CLIENT_ADDRESS = "127.0.0.1";

  private PluginFixture() {}

  /** Applies a pod and reports it as running at the address of the test's clients. */
  static void runPod(Sandbox sandbox, String name, String manifest) {
    sandbox.apply(manifest);
    Pod pod = sandbox.client().pods().inNamespace(sandbox.namespace()).withName(name).require();
    sandbox
        .client()
        .resource(
            new PodBuilder(pod)
                .editStatus()
                .withPhase("Running")
                .withPodIP(CLIENT_ADDRESS)
                .addNewPodIP(CLIENT_ADDRESS)
                .endStatus()
                .build())
        .updateStatus();
  }

  /** Compares the output with a file, without names and times that differ. */
  static void assertOutput(Sandbox sandbox, String golden, String... arguments) throws IOException {
    String output =
        sandbox
            .kubectlNats(arguments)
            .replace(sandbox.namespace(), "test-12345")
            .replaceAll("\\d{4}-\\d\\d-\\d\\dT[\\d:.]+Z", "TIME")
            // The API server's periodic check may see a new Service before its allocation.
            .replaceAll("- TIME Service .*: ClusterIPNotAllocated: .*\n", "")
            .replaceAll("\nNEWEST WARNINGS\n\\z", "");
    assertThat(output).isEqualTo(Files.readString(GOLDEN.resolve(golden + ".txt")));
  }
}
