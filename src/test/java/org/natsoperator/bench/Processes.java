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
   * Memory of the process's cgroup in MiB without pages of files: the kernel takes those back, and
   * which cgroup they belong to depends on who read a file first.
   */
  static long memoryMiB(long pid) throws IOException {
    return usageMiB(cgroup(pid), unified() ? "file " : "total_cache ");
  }

  private static Path cgroup(long pid) throws IOException {
    String group =
        Files.readAllLines(Path.of("/proc", Long.toString(pid), "cgroup")).stream()
            .filter(line -> line.contains(unified() ? "0::" : ":memory:"))
            .map(line -> line.substring(line.indexOf(":/") + 2))
            .findFirst()
            .orElseThrow();
    return memoryCgroups().resolve(group);
  }

  /**
   * Memory of a cgroup in MiB as Kubernetes counts it: the working set, which is the usage without
   * inactive file pages.
   */
  static long workingSetMiB(Path folder) throws IOException {
    return usageMiB(folder, unified() ? "inactive_file " : "total_inactive_file ");
  }

  private static long usageMiB(Path folder, String without) throws IOException {
    String usage = unified() ? "memory.current" : "memory.usage_in_bytes";
    long part = value(folder.resolve("memory.stat"), without);
    return (Long.parseLong(Files.readString(folder.resolve(usage)).strip()) - part) >> 20;
  }

  /** Makes the JVM of a process collect all garbage, in any container. */
  static void collectGarbage(long pid) throws IOException, InterruptedException {
    String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
    Process process =
        new ProcessBuilder(jcmd, Long.toString(pid), "GC.run")
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    if (process.waitFor() != 0) {
      throw new IOException("jcmd " + pid + " GC.run failed");
    }
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
