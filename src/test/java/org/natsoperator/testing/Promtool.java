package org.natsoperator.testing;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Prometheus' tool that tests rules with invented time series. */
public final class Promtool {

  private Promtool() {}

  /** The expected value of an expression at a time since the start of the series. */
  public record Expected(String expression, Duration time, int value) {

    private Map<String, Object> asTest() {
      return Map.of(
          "expr",
          expression,
          "eval_time",
          time.toMinutes() + "m",
          "exp_samples",
          List.of(Map.of("labels", "{}", "value", value)));
    }
  }

  /**
   * The output of the tool if a value differs; empty otherwise.
   *
   * @param series a value for each minute, by the time series
   */
  public static String failures(
      Path rules, Map<String, String> series, List<Expected> expectations) {
    Map<String, Object> test =
        Map.of(
            "interval",
            "1m",
            "input_series",
            series.entrySet().stream()
                .map(each -> Map.of("series", each.getKey(), "values", each.getValue()))
                .toList(),
            "promql_expr_test",
            expectations.stream().map(Expected::asTest).toList());
    return output(
        Map.of(
            "rule_files",
            List.of(rules.toAbsolutePath().toString()),
            "evaluation_interval",
            "1m",
            "tests",
            List.of(test)));
  }

  private static String output(Map<String, Object> tests) {
    try {
      Path file = Files.createTempFile("alerts-", ".yaml");
      try {
        Files.writeString(file, new ObjectMapper().writeValueAsString(tests));
        Process tool =
            new ProcessBuilder(LocalCluster.promtool().toString(), "test", "rules", file.toString())
                .redirectErrorStream(true)
                .start();
        String output = new String(tool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return tool.waitFor() == 0 ? "" : output;
      } finally {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
