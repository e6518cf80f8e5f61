package org.natsoperator.testing;

import io.fabric8.kubernetes.api.model.Pod;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/** What an operator's pod on the {@link Node} says of itself. */
public record Actuator(String address) {

  private static final int PATIENCE_MILLIS = 2000;

  public static Actuator of(Pod pod) {
    return new Actuator("http://%s:8080/actuator/".formatted(pod.getStatus().getPodIP()));
  }

  /** What is there; empty where nobody answers, or not well. */
  public String get(String path) {
    try {
      return new String(open(path).getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      return "";
    }
  }

  /** The code of the answer. */
  public int code(String path) throws IOException {
    return open(path).getResponseCode();
  }

  private HttpURLConnection open(String path) throws IOException {
    HttpURLConnection connection =
        (HttpURLConnection) URI.create(address + path).toURL().openConnection();
    connection.setConnectTimeout(PATIENCE_MILLIS);
    connection.setReadTimeout(PATIENCE_MILLIS);
    return connection;
  }
}
