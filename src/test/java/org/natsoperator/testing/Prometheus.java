package org.natsoperator.testing;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.springframework.util.FileSystemUtils;

/**
 * A real Prometheus that scrapes one operator and one exporter every two seconds, which is also its
 * timeout. Use it in a try block.
 */
public final class Prometheus implements AutoCloseable {

  private final Path folder;
  private final Process process;
  private final String address;

  private Prometheus(Path folder, Process process, String address) {
    this.folder = folder;
    this.process = process;
    this.address = address;
  }

  /** Starts a Prometheus for an operator and an exporter on these ports, with these rules. */
  public static Prometheus start(int operatorPort, int exporterPort, Path rules)
      throws IOException {
    Path folder = Files.createTempDirectory("prometheus-");
    Path config = folder.resolve("prometheus.yml");
    Files.writeString(
        config,
        """
        global: {scrape_interval: 2s, evaluation_interval: 1s}
        rule_files: ["%s"]
        scrape_configs:
          - job_name: nats-operator
            metrics_path: /actuator/prometheus
            static_configs: [{targets: ["localhost:%d"]}]
          - job_name: servers
            static_configs: [{targets: ["localhost:%d"], labels: {namespace: a, nats_cluster: b}}]
        """
            .formatted(rules.toAbsolutePath(), operatorPort, exporterPort));
    String address = "127.0.0.1:" + FreePorts.one();
    Process process =
        new ProcessBuilder(
                LocalCluster.prometheus().toString(),
                "--config.file=" + config,
                "--storage.tsdb.path=" + folder.resolve("data"),
                "--web.listen-address=" + address)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("log").toFile())
            .start();
    Prometheus prometheus = new Prometheus(folder, process, address);
    await()
        .atMost(Duration.ofMinutes(2))
        .ignoreExceptions()
        .until(() -> !prometheus.query("nats_operator_leader").isEmpty());
    return prometheus;
  }

  /** The samples that an expression returns now. */
  public List<JsonNode> query(String expression) {
    return results(
        "query?query=" + URLEncoder.encode(expression, StandardCharsets.UTF_8), "result");
  }

  /** The groups of rules with their state. */
  public List<JsonNode> ruleGroups() {
    return results("rules", "groups");
  }

  private List<JsonNode> results(String path, String field) {
    URI uri = URI.create("http://" + address + "/api/v1/" + path);
    try (var answer = uri.toURL().openStream()) {
      JsonNode data = new ObjectMapper().readTree(answer).at("/data/" + field);
      return data.valueStream().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() throws IOException {
    process.destroyForcibly().onExit().join();
    FileSystemUtils.deleteRecursively(folder);
  }
}
