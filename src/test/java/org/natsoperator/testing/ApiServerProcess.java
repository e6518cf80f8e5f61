package org.natsoperator.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Running etcd and kube-apiserver processes. They end with this JVM, which closes their stdin. */
record ApiServerProcess(Process process, Path kubeconfig) {

  /** Starts another API server and waits until it is ready. */
  static ApiServerProcess start(String name, String... flags) {
    try {
      Path folder =
          Files.createDirectories(Path.of("target", name + "-" + ProcessHandle.current().pid()));
      List<String> arguments =
          new ArrayList<>(List.of("api-server", folder.toAbsolutePath().toString()));
      arguments.addAll(List.of(flags));
      Process process =
          LocalCluster.command(arguments.toArray(String[]::new))
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      var answer =
          new BufferedReader(
              new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
      assertThat(answer.readLine())
          .as("output of the API server, whose logs are in %s", folder)
          .isEqualTo("ready");
      return new ApiServerProcess(process, folder.resolve("kubeconfig").toAbsolutePath());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
