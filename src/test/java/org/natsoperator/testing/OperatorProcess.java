package org.natsoperator.testing;

import io.fabric8.kubernetes.client.Config;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.natsoperator.NatsOperatorApplication;

/** A replica of the operator in its own process, which can end or hang at any time. */
public final class OperatorProcess implements AutoCloseable {

  private static final List<String> OPTIONS =
      List.of(
          "-XX:TieredStopAtLevel=1", "-Xmx172m", "-XX:+UseSerialGC", "-XX:+ExitOnOutOfMemoryError");

  private final Process process;

  private OperatorProcess(Process process) {
    this.process = process;
  }

  /**
   * Starts a replica with the heap of the chart's limit; it may take some seconds until it works.
   */
  public static OperatorProcess start(String podName, Path kubeconfig) {
    return start(podName, kubeconfig, List.of());
  }

  /** The same with the permissions of this user, whom the user of the kubeconfig impersonates. */
  public static OperatorProcess startAs(String user, String podName, Path kubeconfig) {
    return start(
        podName, kubeconfig, List.of("-D" + Config.KUBERNETES_IMPERSONATE_USERNAME + "=" + user));
  }

  private static OperatorProcess start(String podName, Path kubeconfig, List<String> options) {
    List<String> command = new ArrayList<>();
    command.add(ProcessHandle.current().info().command().orElseThrow());
    command.addAll(OPTIONS);
    command.addAll(options);
    command.addAll(
        List.of(
            "-D" + Config.KUBERNETES_KUBECONFIG_FILE + "=" + kubeconfig,
            "-cp",
            System.getProperty("java.class.path"),
            NatsOperatorApplication.class.getName(),
            "--server.port=0",
            "--webhooks.enabled=false",
            "--operator.pod-name=" + podName,
            "--operator.namespace=" + OperatorTest.NAMESPACE));
    try {
      return new OperatorProcess(
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(Path.of("target", "operator-" + podName + ".log").toFile())
              .start());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Suspends the process; its connections stay open. */
  public void suspend() throws IOException, InterruptedException {
    signal("STOP");
  }

  /** Ends {@link #suspend}. */
  public void resume() throws IOException, InterruptedException {
    signal("CONT");
  }

  /** Whether it has not ended, for example for lack of memory. */
  public boolean isAlive() {
    return process.isAlive();
  }

  /** Ends the process without a chance to close anything. */
  public void kill() {
    process.destroyForcibly();
    process.onExit().orTimeout(1, TimeUnit.MINUTES).join();
  }

  @Override
  public void close() {
    kill();
  }

  private void signal(String name) throws IOException, InterruptedException {
    new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor();
  }
}
