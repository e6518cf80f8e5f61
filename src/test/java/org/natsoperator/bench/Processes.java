package org.natsoperator.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Processes of this machine, as the kernel tells of them. */
final class Processes {

  private Processes() {}

  /** Resident memory of a process in MiB. */
  static long residentMiB(long pid) throws IOException {
    return Files.readAllLines(Path.of("/proc", Long.toString(pid), "status")).stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024)
        .findFirst()
        .orElseThrow();
  }

  static void run(String... command) throws IOException, InterruptedException {
    new ProcessBuilder(command).inheritIO().start().waitFor();
  }
}
