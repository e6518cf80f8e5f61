package org.natsoperator.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Processes of this machine, from the data of the kernel. */
final class Processes {

  private static final Path CGROUPS = Path.of("/sys/fs/cgroup");

  private Processes() {}

  /** Resident memory of a process in MiB. */
  static long residentMiB(long pid) throws IOException {
    return Files.readAllLines(Path.of("/proc", Long.toString(pid), "status")).stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024)
        .findFirst()
        .orElseThrow();
  }

  /**
   * Memory of the process's cgroup in MiB as Kubernetes counts it: the working set, which is the
   * usage without inactive file pages.
   */
  static long workingSetMiB(long pid) throws IOException {
    Path v1 = CGROUPS.resolve("memory");
    boolean unified = !Files.exists(v1);
    String group =
        Files.readAllLines(Path.of("/proc", Long.toString(pid), "cgroup")).stream()
            .filter(line -> line.contains(unified ? "0::" : ":memory:"))
            .map(line -> line.substring(line.indexOf(":/") + 2))
            .findFirst()
            .orElseThrow();
    Path folder = (unified ? CGROUPS : v1).resolve(group);
    String usage = unified ? "memory.current" : "memory.usage_in_bytes";
    String inactive = unified ? "inactive_file " : "total_inactive_file ";
    long inactiveFile =
        Files.readAllLines(folder.resolve("memory.stat")).stream()
            .filter(line -> line.startsWith(inactive))
            .mapToLong(line -> Long.parseLong(line.substring(inactive.length())))
            .findFirst()
            .orElseThrow();
    return (Long.parseLong(Files.readString(folder.resolve(usage)).strip()) - inactiveFile) >> 20;
  }

  static void run(String... command) throws IOException, InterruptedException {
    new ProcessBuilder(command).inheritIO().start().waitFor();
  }
}
