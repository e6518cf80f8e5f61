package org.natsoperator.cluster.resources;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.ContainerPortBuilder;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.ProbeBuilder;
import java.util.ArrayList;
import java.util.List;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.cluster.features.ImageRules;
import org.natsoperator.cluster.features.Mounts;
import org.natsoperator.cluster.features.Paths;
import org.natsoperator.config.Ports;
import org.natsoperator.config.ServerConfigFile;
import org.natsoperator.config.ServerVersion;

/** The container that runs nats-server. */
public record ServerContainer(NatsCluster cluster, ServerVersion version) {

  public static final String NAME = "nats";

  /** The container without the server's name. */
  ContainerBuilder builder() {
    return new ContainerBuilder()
        .withName(NAME)
        .withImage(ImageRules.withTag(cluster.getSpec().serverImage(), version.tag()))
        .withCommand(command())
        .withPorts(
            port("cluster", Ports.CLUSTER),
            port("monitoring", Ports.MONITORING),
            port("client", Ports.CLIENT))
        .withVolumeMounts(Mounts.all())
        .withSecurityContext(Mounts.restricted())
        .withStartupProbe(probe(healthPath(), 1, 120))
        .withReadinessProbe(probe(healthPath(), 5, 3))
        .withLivenessProbe(probe("/", 20, 3));
  }

  /** Adds the variable with the server's name last, so that no other replaces it. */
  static Container named(ContainerBuilder builder) {
    return builder
        .addNewEnv()
        .withName(ServerConfigFile.SERVER_NAME_ENV)
        .withNewValueFrom()
        .withNewFieldRef("v1", "metadata.name")
        .endValueFrom()
        .endEnv()
        .build();
  }

  /** Sets {@code command}, not {@code args}, since an image's entry point may be a script. */
  private List<String> command() {
    List<String> command = new ArrayList<>();
    command.addAll(List.of(version.binary(), "-c", Paths.CONFIG_FILE, "-P", Paths.PID_FILE));
    String self = "$(%s)".formatted(ServerConfigFile.SERVER_NAME_ENV);
    command.addAll(List.of("--cluster_advertise", ChildNames.of(cluster).host(self)));
    command.addAll(List.of("--connect_retries", "10"));
    if (Boolean.TRUE.equals(cluster.getSpec().noAdvertise())) {
      command.add("--no_advertise");
    }
    return command;
  }

  private String healthPath() {
    return version.knowsHealthz() ? "/healthz" : "/";
  }

  private static Probe probe(String path, int everySeconds, int failures) {
    return new ProbeBuilder()
        .withNewHttpGet()
        .withPath(path)
        .withPort(new IntOrString(Ports.MONITORING))
        .endHttpGet()
        .withPeriodSeconds(everySeconds)
        .withTimeoutSeconds(Math.min(everySeconds, 5))
        .withFailureThreshold(failures)
        .build();
  }

  private static ContainerPort port(String name, int port) {
    return new ContainerPortBuilder()
        .withName(name)
        .withContainerPort(port)
        .withProtocol("TCP")
        .build();
  }
}
