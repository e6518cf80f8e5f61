package org.natsoperator.testing;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;

/**
 * A client in a process of its own, with the client library of a language. It sends messages to
 * itself on a subject. The programs are in {@code src/test/clients}.
 */
public final class ClientProcess implements AutoCloseable {

  /** A language with a client library. */
  public enum Language {
    JAVA,
    GO,
    JAVASCRIPT,
    PYTHON;

    private List<String> command() {
      Path folder = Path.of("src", "test", "clients", name().toLowerCase(Locale.ROOT));
      return this == JAVA
          ? List.of(
              ProcessHandle.current().info().command().orElseThrow(),
              "-cp",
              System.getProperty("java.class.path"),
              folder.resolve("Main.java").toString())
          : List.of(LocalCluster.program(folder).toString());
    }
  }

  /** Events that every client prints. */
  private static final String CONNECTED = "connected";

  private static final String DISCONNECTED = "disconnected";
  private static final String CLOSED = "closed";
  private static final String MESSAGE = "message";

  private final String name;
  private final Process process;
  private final Queue<String> output = new ConcurrentLinkedQueue<>();
  private volatile boolean connected;
  private volatile boolean closed;
  private volatile int logins;
  private volatile int messages;

  private ClientProcess(String name, Process process) {
    this.name = name;
    this.process = process;
  }

  /** Builds the programs now: that may take longer than a test's timeout. */
  public static void build() {
    Stream.of(Language.values()).forEach(Language::command);
  }

  /**
   * Starts a client.
   *
   * @param tokenFile the client reads it at each login
   */
  public static ClientProcess start(
      Language language, String name, String url, String subject, Path tokenFile) {
    List<String> command = new ArrayList<>(language.command());
    command.add(subject);
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("NATS_URL", url);
    builder.environment().put("NATS_TOKEN_FILE", tokenFile.toString());
    try {
      ClientProcess client = new ClientProcess(name, builder.start());
      // Not a virtual thread: reading from a process would block its carrier thread.
      Thread.ofPlatform().daemon().start(client::readOutput);
      return client;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The number of logins that succeeded. */
  public int logins() {
    return logins;
  }

  /** The number of messages since the last login; 0 while the client is disconnected. */
  public int messages() {
    return connected ? messages : 0;
  }

  /** Returns true if the library does not try to connect any more. */
  public boolean isClosed() {
    return closed || !process.isAlive();
  }

  /** The time and the text of each event except messages. */
  public String output() {
    return String.join("\n", output);
  }

  @Override
  public String toString() {
    return name;
  }

  @Override
  public void close() {
    process.destroyForcibly().onExit().join();
  }

  private void readOutput() {
    try (var lines =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        note(line);
      }
    } catch (IOException e) {
      // The process has ended.
    }
  }

  private void note(String line) {
    switch (line.split(" ")[0]) {
      case CONNECTED -> {
        messages = 0;
        connected = true;
        logins++;
      }
      case DISCONNECTED -> connected = false;
      case CLOSED -> {
        connected = false;
        closed = true;
      }
      case MESSAGE -> messages++;
      default -> {}
    }
    if (!line.equals(MESSAGE)) {
      output.add(LocalTime.now() + " " + line);
    }
  }
}
