package org.natsoperator.testing;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.natsoperator.config.ServerConfigFile;
import org.springframework.util.FileSystemUtils;

/**
 * A real nats-server with the given configuration, on loopback with free ports instead of its own.
 * Keep it in a field with {@code @AutoClose} or in a try block.
 */
public final class NatsServer implements AutoCloseable {

  /** The name of every server, as in its pod. */
  public static final String NAME = "example-nats-1";

  /** Part of the line that a server logs when it has reloaded its file. */
  public static final String RELOADED = "Reloaded server configuration";

  private static final String HOST = "127.0.0.1";
  private static final Duration TIMEOUT = Duration.ofMinutes(2);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path folder;
  private final int clientPort;
  private final int monitoringPort;
  private final int routePort;
  private Process process;

  private NatsServer() throws IOException {
    folder = Files.createTempDirectory("nats-server-");
    List<Integer> ports = FreePorts.several(3);
    clientPort = ports.get(0);
    monitoringPort = ports.get(1);
    routePort = ports.get(2);
  }

  /** Starts a server and waits until it listens. */
  public static NatsServer start(String version, ObjectNode config) {
    for (int attempt = 1; ; attempt++) {
      NatsServer server = create();
      server.run(version, config);
      if (server.listens()) {
        return server;
      }
      String log = server.log();
      server.close();
      // Another process may have bound a port since it was found free.
      if (attempt == 3 || !log.contains("address already in use")) {
        throw new IllegalStateException("nats-server " + version + " ended:\n" + log);
      }
    }
  }

  /**
   * The output of {@code nats-server -t} for an invalid file; empty for a valid one. For 2.0 and
   * later.
   */
  public static String error(String version, ObjectNode config) {
    NatsServer server = create();
    try {
      server.write(config);
      Process check = server.launch(version, "-t");
      return check.waitFor() == 0 ? "" : server.log();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    } finally {
      server.close();
    }
  }

  public String url() {
    return "nats://" + HOST + ":" + clientPort;
  }

  public int clientPort() {
    return clientPort;
  }

  public int routePort() {
    return routePort;
  }

  /** The response of {@code /varz} and similar paths. */
  public JsonNode monitoring(String path) {
    try {
      return JSON.readTree(URI.create("http://" + HOST + ":" + monitoringPort + path).toURL());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Replaces the configuration like the reloader sidecar, and waits until the server has loaded it.
   */
  public void reload(ObjectNode config) {
    String answer = answerToReload(config);
    if (!answer.contains(RELOADED)) {
      throw new IllegalStateException(answer);
    }
  }

  /** Replaces the configuration and returns the line that the server logs for it. */
  public String answerToReload(ObjectNode config) {
    int before = reloads().size();
    write(config);
    signal("HUP");
    await("reload of nats-server").atMost(TIMEOUT).until(() -> reloads().size() > before);
    return reloads().getLast();
  }

  /** The file that the server reads. */
  public ServerConfigFile configFile() {
    return new ServerConfigFile(read(file()));
  }

  public String log() {
    return read(logFile().toPath());
  }

  @Override
  public void close() {
    if (process != null) {
      process.destroyForcibly();
      process.onExit().orTimeout(TIMEOUT.toSeconds(), TimeUnit.SECONDS).join();
    }
    FileSystemUtils.deleteRecursively(folder.toFile());
  }

  private static NatsServer create() {
    try {
      return new NatsServer();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void run(String version, ObjectNode config) {
    write(config);
    try {
      process = launch(version);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Process launch(String version, String... flags) throws IOException {
    List<String> command = new ArrayList<>();
    command.addAll(List.of(LocalCluster.natsServer(version).toString(), "-c", file().toString()));
    command.addAll(List.of(flags));
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(logFile());
    builder.environment().put(ServerConfigFile.SERVER_NAME_ENV, NAME);
    return builder.start();
  }

  private boolean listens() {
    await("nats-server listens")
        .atMost(TIMEOUT)
        .pollInterval(Duration.ofMillis(20))
        .until(
            () ->
                !process.isAlive()
                    || accepts(clientPort) && accepts(monitoringPort) && accepts(routePort));
    return process.isAlive();
  }

  private static boolean accepts(int port) {
    try (Socket socket = new Socket(HOST, port)) {
      return socket.isConnected();
    } catch (IOException notYet) {
      return false;
    }
  }

  private void write(ObjectNode config) {
    ObjectNode here = config.deepCopy();
    here.put("host", HOST);
    here.put("port", clientPort);
    here.put("http_port", monitoringPort);
    ObjectNode cluster =
        here.has("cluster") ? (ObjectNode) here.get("cluster") : here.putObject("cluster");
    cluster.put("host", HOST);
    cluster.put("port", routePort);
    try {
      Files.writeString(file(), ServerConfigFile.of(here, 0).text());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void signal(String name) {
    try {
      new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private List<String> reloads() {
    return log()
        .lines()
        .filter(line -> line.contains(RELOADED) || line.contains("Failed to reload"))
        .toList();
  }

  private Path file() {
    return folder.resolve("nats.conf");
  }

  private File logFile() {
    return folder.resolve("log").toFile();
  }

  private static String read(Path file) {
    try {
      return Files.exists(file) ? Files.readString(file) : "";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
