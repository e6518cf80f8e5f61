package org.natsoperator.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/**
 * The network of a pod on the {@link Node}.
 *
 * @param process a process in that network
 */
public record PodNetwork(String process) {

  public static PodNetwork of(Pod pod, String container) {
    return new PodNetwork(PodProcesses.of(pod, container).ids().getFirst());
  }

  /** Drops all packets to this port from now on, until the pod is deleted. */
  public void dropPackets(int port) {
    run("iptables", "-A", "OUTPUT", "-p", "tcp", "--dport", String.valueOf(port), "-j", "DROP");
  }

  private void run(String... inside) {
    List<String> command = new ArrayList<>(List.of("nsenter", "--target", process, "--net"));
    command.addAll(List.of(inside));
    try {
      assertThat(new ProcessBuilder(command).inheritIO().start().waitFor())
          .as(String.join(" ", command))
          .isZero();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
