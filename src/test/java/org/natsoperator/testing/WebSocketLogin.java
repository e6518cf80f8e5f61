package org.natsoperator.testing;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A login like those of {@link Login}, by WebSocket. */
public final class WebSocketLogin implements WebSocket.Listener {

  /** The answer if the server closes the connection without one. */
  public static final String CLOSED = "closed";

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int TIMEOUT_SECONDS = 120;

  /** A server pings after two seconds, also if it answers a late CONNECT line at once. */
  private static final int AFTER_PING_SECONDS = 1;

  private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
  private final StringBuilder incomplete = new StringBuilder();

  private WebSocketLogin() {}

  /** Logs in with these keys of the CONNECT line and returns the response of the server. */
  public static String at(String url, Map<String, ?> credentials) {
    WebSocketLogin login = new WebSocketLogin();
    try (HttpClient http = HttpClient.newHttpClient()) {
      WebSocket socket = http.newWebSocketBuilder().buildAsync(URI.create(url), login).join();
      try {
        return login.answer(socket, credentials);
      } finally {
        socket.abort();
      }
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private String answer(WebSocket socket, Map<String, ?> credentials)
      throws JsonProcessingException, InterruptedException {
    String connect = "CONNECT " + JSON.writeValueAsString(credentials) + "\r\nPING\r\n";
    // It fails if the server does not read a long line; the answer is then that of the server.
    socket.sendBinary(ByteBuffer.wrap(connect.getBytes(StandardCharsets.UTF_8)), true);
    String answer = next(TIMEOUT_SECONDS);
    if (!Login.NO_ANSWER.equals(answer)) {
      return answer;
    }
    String later = next(AFTER_PING_SECONDS);
    return later == null ? answer : later;
  }

  /** The next answer; null if there is none in time. */
  private String next(int seconds) throws InterruptedException {
    String line = lines.poll(seconds, TimeUnit.SECONDS);
    while (line != null && (line.equals("+OK") || line.startsWith("INFO"))) {
      line = lines.poll(seconds, TimeUnit.SECONDS);
    }
    return line;
  }

  @Override
  public CompletionStage<?> onBinary(WebSocket socket, ByteBuffer data, boolean last) {
    incomplete.append(StandardCharsets.ISO_8859_1.decode(data));
    for (int end = incomplete.indexOf("\r\n"); end >= 0; end = incomplete.indexOf("\r\n")) {
      lines.add(incomplete.substring(0, end));
      incomplete.delete(0, end + 2);
    }
    socket.request(1);
    return null;
  }

  @Override
  public CompletionStage<?> onClose(WebSocket socket, int status, String reason) {
    lines.add(CLOSED);
    return null;
  }

  @Override
  public void onError(WebSocket socket, Throwable error) {
    lines.add(CLOSED);
  }
}
