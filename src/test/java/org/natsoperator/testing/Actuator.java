package org.natsoperator.testing;

import io.fabric8.kubernetes.api.model.Pod;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/** The actuator endpoints of an operator pod on the {@link Node}. */
public record Actuator(String address) {

  private static final int CONNECT_MILLIS = 2_000;
  private static final int READ_MILLIS = 10_000;

  public static Actuator of(Pod pod) {
    return new Actuator("http://%s:8080/actuator/".formatted(pod.getStatus().getPodIP()));
  }

  /** The text of an endpoint; empty without a successful response. */
  public String get(String path) {
    try {
      return new String(open(path).getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      return "";
    }
  }

  /** The status code of the response. */
  public int code(String path) throws IOException {
    return open(path).getResponseCode();
  }

  private HttpURLConnection open(String path) throws IOException {
    HttpURLConnection connection =
        (HttpURLConnection) URI.create(address + path).toURL().openConnection();
    connection.setConnectTimeout(CONNECT_MILLIS);
    connection.setReadTimeout(READ_MILLIS);
    return connection;
  }
}
