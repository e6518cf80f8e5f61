package org.natsoperator.testing;

import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.natsoperator.config.ServerConfigFile;
import org.springframework.util.FileSystemUtils;

/**
 * A server pod of an API server without nodes. A real nats-server runs for it on its own loopback
 * address, with the ports of a pod. A watch copies the file of the Secret, like kubelet and
 * reloader. Use it in a try block.
 */
public final class LoopbackServer implements AutoCloseable {

  private static final String ADDRESS = LoopbackAddresses.of(87);
  private static final String VERSION = "2.15.3";

  private final KubernetesClient client;
  private final Pod pod;
  private final Path folder;
  private final Process server;
  private final SharedIndexInformer<Secret> kubelet;
  private String secretText;
  private String unknownField = "";
  private Optional<IOException> failure = Optional.empty();

  private LoopbackServer(KubernetesClient client, Pod pod, String version)
      throws IOException, InterruptedException {
    this.client = client;
    this.pod = pod;
    folder = Files.createTempDirectory("loopback-server-");
    secretText = text(secret().get());
    Files.writeString(file(), secretText);
    server = launch(version);
    // Before it handles signals, a SIGHUP would end it.
    await()
        .atMost(LoopbackProcess.START)
        .until(() -> Files.readString(log()).contains("Server is ready"));
    kubelet = secret().inform(handler());
  }

  /** The first server of a StatefulSet. It is ready and has revision 1 of the template. */
  public static LoopbackServer of(StatefulSet set, KubernetesClient client)
      throws IOException, InterruptedException {
    return of(set, VERSION, client);
  }

  /** The same with this version of nats-server. */
  public static LoopbackServer of(StatefulSet set, String version, KubernetesClient client)
      throws IOException, InterruptedException {
    StatefulSetController.see(set, "1", client);
    Pod pod = LoopbackPods.ready(client.resource(LoopbackPods.pod(set, 1)).create(), ADDRESS);
    LoopbackServer server = new LoopbackServer(client, pod, version);
    LoopbackPods.writeStatus(pod, client);
    return server;
  }

  /** From now on, each file contains a field that makes nats-server abort the reload. */
  public void breakFiles() {
    setUnknownField("\nfield_of_another_version: true\n");
  }

  /** Undoes {@link #breakFiles()}. */
  public void restoreFiles() {
    setUnknownField("");
  }

  private synchronized void setUnknownField(String text) {
    unknownField = text;
    copyFile();
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

  /** The address of the pod. */
  public String address() {
    return ADDRESS;
  }

  /** The name of the Secret with nats.conf that the pod mounts. */
  public String configSecret() {
    return pod.getSpec().getVolumes().getFirst().getSecret().getSecretName();
  }

  /** Fails if the copy of a file has failed. */
  @Override
  public void close() throws IOException {
    kubelet.close();
    try {
      throwFailure();
    } finally {
      end();
    }
  }

  private synchronized void throwFailure() {
    failure.ifPresent(
        exception -> {
          throw new IllegalStateException("the copy of a file has failed", exception);
        });
  }

  private void end() throws IOException {
    server.destroyForcibly();
    server.onExit().orTimeout(1, TimeUnit.MINUTES).join();
    client.resource(pod).withGracePeriod(0).delete();
    FileSystemUtils.deleteRecursively(folder);
  }

  private Process launch(String version) throws IOException {
    ProcessBuilder command =
        new ProcessBuilder(
            LocalCluster.natsServer(version).toString(),
            "-c",
            file().toString(),
            "-a",
            ADDRESS,
            "--cluster",
            "nats://" + ADDRESS + ":6222");
    command.environment().put(ServerConfigFile.SERVER_NAME_ENV, pod.getMetadata().getName());
    return command.redirectErrorStream(true).redirectOutput(log().toFile()).start();
  }

  private ResourceEventHandler<Secret> handler() {
    return new ResourceEventHandler<>() {
      @Override
      public void onAdd(Secret secret) {
        copy(secret);
      }

      @Override
      public void onUpdate(Secret before, Secret secret) {
        copy(secret);
      }

      /** A pod keeps the files of a deleted Secret. */
      @Override
      public void onDelete(Secret secret, boolean unknownFinalState) {}
    };
  }

  private synchronized void copy(Secret secret) {
    secretText = text(secret);
    copyFile();
  }

  private synchronized void copyFile() {
    try {
      String text = secretText + unknownField;
      if (!text.equals(Files.readString(file()))) {
        // A reload that is in progress must not read a part of the file.
        Files.move(
            Files.writeString(folder.resolve("next"), text),
            file(),
            StandardCopyOption.ATOMIC_MOVE);
        new ProcessBuilder("kill", "-HUP", Long.toString(server.pid())).start().waitFor();
      }
    } catch (IOException e) {
      failure = Optional.of(e);
    } catch (InterruptedException closed) {
      Thread.currentThread().interrupt();
    }
  }

  private Path file() {
    return folder.resolve("nats.conf");
  }

  private Path log() {
    return folder.resolve("log");
  }

  private Resource<Secret> secret() {
    return client.secrets().inNamespace(pod.getMetadata().getNamespace()).withName(configSecret());
  }

  private static String text(Secret secret) {
    return new String(
        Base64.getDecoder().decode(secret.getData().get(ServerConfigFile.KEY)),
        StandardCharsets.UTF_8);
  }
}
