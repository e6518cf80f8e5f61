package org.natsoperator.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * A control group with a memory limit, as a container has it. The kernel kills its process if it
 * exceeds the limit. Needs root.
 */
record MemoryCgroup(Path folder) implements AutoCloseable {

  static MemoryCgroup create(String name, long limitBytes) throws IOException {
    Path folder = Processes.memoryCgroups().resolve(name + "-" + ProcessHandle.current().pid());
    MemoryCgroup group = new MemoryCgroup(Files.createDirectories(folder));
    group.write(Processes.unified() ? "memory.max" : "memory.limit_in_bytes", limitBytes);
    return group;
  }

  /** The command that runs this command in the group. */
  List<String> running(List<String> command) {
    return Stream.concat(
            Stream.of("sh", "-c", "echo $$ >\"$0\"/cgroup.procs; exec \"$@\"", folder.toString()),
            command.stream())
        .toList();
  }

  long workingSetMiB() throws IOException {
    return Processes.workingSetMiB(folder);
  }

  /** The number of processes that the kernel killed because of the limit. */
  long kills() throws IOException {
    String events = Processes.unified() ? "memory.events" : "memory.oom_control";
    return Processes.value(folder.resolve(events), "oom_kill ");
  }

  private void write(String file, long value) throws IOException {
    Files.writeString(folder.resolve(file), Long.toString(value));
  }

  @Override
  public void close() throws IOException {
    Files.delete(folder);
  }
}
