package org.natsoperator.testing;

import io.fabric8.kubernetes.api.model.Pod;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Map;

/** A nats-server in its pod on the {@link Node}. */
public record RunningServer(Pod pod) {

  private static final int PORT = 4222;
  private static final int PATIENCE_MILLIS = 2000;

  public String name() {
    return pod.getMetadata().getName();
  }

  public String uid() {
    return pod.getMetadata().getUid();
  }

  public String version() {
    return pod.getMetadata().getLabels().get("nats_version");
  }

  public String url() {
    return "nats://%s:%d".formatted(pod.getStatus().getPodIP(), PORT);
  }

  /** A client of this very server. */
  public NatsClient login(String user, String token) {
    try {
      return NatsClient.login(url(), user, token);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The server's own word on a login, as in {@link Login}. */
  public String answerTo(String user, String password) {
    return Login.with(address(), Map.of("user", user, "pass", password));
  }

  /** Whether it takes new clients, which in lame duck mode it does not. */
  public boolean listens() {
    try (Socket socket = new Socket()) {
      socket.connect(address(), PATIENCE_MILLIS);
      return true;
    } catch (IOException refused) {
      return false;
    }
  }

  private InetSocketAddress address() {
    return new InetSocketAddress(pod.getStatus().getPodIP(), PORT);
  }
}
