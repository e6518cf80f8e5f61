package org.natsoperator.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Processes of this machine, from the data of the kernel. */
final class Processes {

  private static final Path CGROUPS = Path.of("/sys/fs/cgroup");
  private static final Path V1 = CGROUPS.resolve("memory");

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
    String group =
        Files.readAllLines(Path.of("/proc", Long.toString(pid), "cgroup")).stream()
            .filter(line -> line.contains(unified() ? "0::" : ":memory:"))
            .map(line -> line.substring(line.indexOf(":/") + 2))
            .findFirst()
            .orElseThrow();
    return workingSetMiB(memoryCgroups().resolve(group));
  }

  /** The same for a cgroup's folder. */
  static long workingSetMiB(Path folder) throws IOException {
    String usage = unified() ? "memory.current" : "memory.usage_in_bytes";
    String inactive = unified() ? "inactive_file " : "total_inactive_file ";
    long inactiveFile = value(folder.resolve("memory.stat"), inactive);
    return (Long.parseLong(Files.readString(folder.resolve(usage)).strip()) - inactiveFile) >> 20;
  }

  /** The folder of the cgroups that limit memory. */
  static Path memoryCgroups() {
    return unified() ? CGROUPS : V1;
  }

  /** Whether this machine has cgroups of version 2. */
  static boolean unified() {
    return !Files.exists(V1);
  }

  /** The number in the line with this prefix. */
  static long value(Path file, String prefix) throws IOException {
    return Files.readAllLines(file).stream()
        .filter(line -> line.startsWith(prefix))
        .mapToLong(line -> Long.parseLong(line.substring(prefix.length())))
        .findFirst()
        .orElseThrow();
  }

  static void run(String... command) throws IOException, InterruptedException {
    new ProcessBuilder(command).inheritIO().start().waitFor();
  }
}
