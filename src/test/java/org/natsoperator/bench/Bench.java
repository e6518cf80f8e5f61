package org.natsoperator.bench;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;

/** Runs every measure and prints a row for each. */
final class Bench {

  private Bench() {}

  static void main(String[] arguments) throws Exception {
    List<String> rows = new ArrayList<>();
    try (KubernetesClient client = new KubernetesClientBuilder().build();
        BenchCluster cluster = new BenchCluster(client)) {
      rows.add(OperatorStart.measure(client, 5));
      rows.add(ClusterStart.measure(cluster, 5));
      cluster.create();
      rows.add(RoleEdit.measure(cluster, 20));
      rows.add(RoleDelete.measure(cluster, 20));
      rows.add(Memory.measure(cluster, 100));
    }
    System.out.println("\n| what | measured |\n|---|---|");
    rows.forEach(System.out::println);
    System.out.printf(
        "%n%d cores, %s, %s%n",
        Runtime.getRuntime().availableProcessors(), memory(), LocalDate.now());
  }

  private static String memory() throws IOException {
    String total = Files.readAllLines(Path.of("/proc/meminfo")).getFirst();
    return Long.parseLong(total.replaceAll("\\D", "")) / 1024 / 1024 + " GiB of memory";
  }
}
