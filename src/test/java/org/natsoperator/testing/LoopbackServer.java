package org.natsoperator.testing;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSetBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.natsoperator.config.ServerConfigFile;
import org.springframework.util.FileSystemUtils;

/**
 * A server pod of an API server without nodes. A real nats-server runs for it on its own loopback
 * address, with the ports of a pod. A thread copies the file of the Secret, like kubelet and
 * reloader. Use it in a try block.
 */
public final class LoopbackServer implements AutoCloseable {

  private static final String ADDRESS = "127.0.0.87";
  private static final String VERSION = "2.15.2";

  private final KubernetesClient client;
  private final Pod pod;
  private final Path folder;
  private final Future<Void> kubelet;
  private final Process server;
  private volatile String unknownField = "";
  private volatile boolean running = true;

  private LoopbackServer(KubernetesClient client, Pod pod)
      throws IOException, InterruptedException {
    this.client = client;
    this.pod = pod;
    folder = Files.createTempDirectory("loopback-server-");
    Files.writeString(file(), secret().orElseThrow());
    server = launch();
    FutureTask<Void> task = new FutureTask<>(this::copyFiles);
    Thread.ofPlatform().daemon().start(task);
    kubelet = task;
  }

  /** The first server of a StatefulSet. It is ready and has revision 1 of the template. */
  public static LoopbackServer of(StatefulSet set, KubernetesClient client)
      throws IOException, InterruptedException {
    see(set, "1", client);
    Pod pod = ready(client.resource(pod(set, 1)).create(), ADDRESS);
    LoopbackServer server = new LoopbackServer(client, pod);
    client.resource(pod).updateStatus();
    return server;
  }

  /** The pod of a server that is ready and listens at this address. */
  static Pod create(StatefulSet set, int ordinal, String address, KubernetesClient client) {
    Pod pod = ready(client.resource(pod(set, ordinal)).create(), address);
    return client.resource(pod).updateStatus();
  }

  /**
   * Sets the status of the StatefulSet as if its controller had observed the newest template and
   * given it this revision.
   */
  public static void see(StatefulSet set, String revision, KubernetesClient client) {
    client
        .resource(set)
        .editStatus(
            now ->
                new StatefulSetBuilder(now)
                    .withNewStatus()
                    .withReplicas(1)
                    .withUpdateRevision(revision)
                    .withObservedGeneration(now.getMetadata().getGeneration())
                    .endStatus()
                    .build());
  }

  /** From now on, each file contains a field that makes nats-server abort the reload. */
  public void breakFiles() {
    unknownField = "\nfield_of_another_version: true\n";
  }

  /** Undoes {@link #breakFiles()}. */
  public void restoreFiles() {
    unknownField = "";
  }

  /** The number of reloads that nats-server has aborted, according to its log. */
  public long abortedReloads() throws IOException {
    try (Stream<String> lines = Files.lines(log())) {
      return lines.filter(line -> line.contains("Failed to reload server configuration")).count();
    }
  }

  /** The server as its clients see it. */
  public RunningServer server() {
    return new RunningServer(pod);
  }

  /** The name of the Secret with nats.conf that the pod mounts. */
  public String configSecret() {
    return pod.getSpec().getVolumes().getFirst().getSecret().getSecretName();
  }

  /** Fails if the thread that copies the files has failed. */
  @Override
  public void close() throws IOException, InterruptedException {
    running = false;
    try {
      kubelet.get(10, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new IllegalStateException("the thread that copies the files has failed", e);
    } finally {
      end();
    }
  }

  private void end() throws IOException {
    server.destroyForcibly();
    server.onExit().orTimeout(10, TimeUnit.SECONDS).join();
    client.resource(pod).withGracePeriod(0).delete();
    FileSystemUtils.deleteRecursively(folder);
  }

  private Process launch() throws IOException {
    ProcessBuilder command =
        new ProcessBuilder(
            LocalCluster.natsServer(VERSION).toString(),
            "-c",
            file().toString(),
            "-a",
            ADDRESS,
            "--cluster",
            "nats://" + ADDRESS + ":6222");
    command.environment().put(ServerConfigFile.SERVER_NAME_ENV, pod.getMetadata().getName());
    return command.redirectErrorStream(true).redirectOutput(log().toFile()).start();
  }

  private Void copyFiles() throws IOException, InterruptedException {
    while (running) {
      String before = Files.readString(file());
      Optional<String> changed =
          secret().map(text -> text + unknownField).filter(text -> !text.equals(before));
      if (changed.isPresent()) {
        Files.writeString(file(), changed.get());
        new ProcessBuilder("kill", "-HUP", Long.toString(server.pid())).start().waitFor();
      }
      Thread.sleep(50);
    }
    return null;
  }

  private Path file() {
    return folder.resolve("nats.conf");
  }

  private Path log() {
    return folder.resolve("log");
  }

  /** Empty once the pod was restarted, which ends this server. */
  private Optional<String> secret() {
    var secret =
        client
            .secrets()
            .inNamespace(pod.getMetadata().getNamespace())
            .withName(configSecret())
            .get();
    return Optional.ofNullable(secret)
        .map(
            existing ->
                new String(
                    Base64.getDecoder().decode(existing.getData().get(ServerConfigFile.KEY)),
                    StandardCharsets.UTF_8));
  }

  /** A pod of a StatefulSet, of revision 1. */
  static Pod pod(StatefulSet set, int ordinal) {
    return new PodBuilder()
        .withNewMetadata()
        .withName(set.getMetadata().getName() + "-" + ordinal)
        .withNamespace(set.getMetadata().getNamespace())
        .withLabels(set.getSpec().getTemplate().getMetadata().getLabels())
        .withAnnotations(set.getSpec().getTemplate().getMetadata().getAnnotations())
        .addToLabels("controller-revision-hash", "1")
        .addNewOwnerReference()
        .withApiVersion("apps/v1")
        .withKind("StatefulSet")
        .withName(set.getMetadata().getName())
        .withUid(set.getMetadata().getUid())
        .withController(true)
        .endOwnerReference()
        .endMetadata()
        .withSpec(set.getSpec().getTemplate().getSpec())
        .build();
  }

  /** The pod with the status that a kubelet gives it when its server is ready. */
  static Pod ready(Pod pod, String address) {
    return new PodBuilder(pod)
        .withNewStatus()
        .withPhase("Running")
        .withPodIP(address)
        .addNewPodIP(address)
        .addNewCondition()
        .withType("Ready")
        .withStatus("True")
        .endCondition()
        .addNewContainerStatus()
        .withName("nats")
        .withImage("nats")
        .withImageID("nats")
        .withReady(true)
        .withRestartCount(0)
        .withNewState()
        .withNewRunning()
        .endRunning()
        .endState()
        .endContainerStatus()
        .endStatus()
        .build();
  }
}
