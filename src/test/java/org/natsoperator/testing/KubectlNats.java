package org.natsoperator.testing;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.springframework.util.FileSystemUtils;

/**
 * Runs the plugin {@code kubectl nats} with the real kubectl. The API server does not proxy
 * requests to loopback addresses, where the servers of {@link LoopbackCluster} listen. Therefore
 * kubectl sends only these requests to the server itself, except those with {@code --as}: the API
 * server must reject them.
 */
final class KubectlNats {

  private static final Path PLUGIN = Path.of("kubectl-plugin", "kubectl-nats").toAbsolutePath();

  private static final String KUBECTL =
      """
      #!/bin/sh
      all="$*"
      case "$all" in
        *--as*:8222/proxy/*) ;;
        *:8222/proxy/*)
          pod=${all%%%%:8222*}
          address=%2$s$((%3$d + ${pod##*-}))
          exec "%1$s" --kubeconfig=/dev/null --token=none --server="http://$address:8222" get --raw "/${all##*/proxy/}" ;;
      esac
      exec "%1$s" "$@"
      """;

  private KubectlNats() {}

  /** Returns the output of the plugin, including its errors. */
  static String run(Path kubeconfig, String namespace, String... arguments) {
    List<String> command = new ArrayList<>(List.of(PLUGIN.toString()));
    command.addAll(List.of(arguments));
    command.addAll(List.of("--namespace", namespace));
    try {
      Path folder = Files.createTempDirectory("kubectl-");
      try {
        Path kubectl = folder.resolve("kubectl");
        Files.writeString(
            kubectl,
            KUBECTL.formatted(
                LocalCluster.kubectl(), LoopbackAddresses.PREFIX, LoopbackCluster.ORDINAL_ZERO));
        if (!kubectl.toFile().setExecutable(true)) {
          throw new IllegalStateException(kubectl + " cannot be made executable");
        }
        ProcessBuilder plugin = new ProcessBuilder(command).redirectErrorStream(true);
        Map<String, String> environment = plugin.environment();
        environment.put("KUBECONFIG", kubeconfig.toString());
        environment.put(
            "PATH",
            String.join(
                File.pathSeparator,
                folder.toString(),
                LocalCluster.jq(),
                environment.getOrDefault("PATH", "")));
        Process process = plugin.start();
        process.getOutputStream().close();
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      } finally {
        FileSystemUtils.deleteRecursively(folder);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
