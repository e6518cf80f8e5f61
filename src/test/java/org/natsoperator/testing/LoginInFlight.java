package org.natsoperator.testing;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** A login like {@link OpenLogin} whose answer nothing waits for. No method blocks. */
public final class LoginInFlight implements AutoCloseable {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final SocketChannel channel;
  private final StringBuilder received = new StringBuilder();
  private boolean ended;

  private LoginInFlight(SocketChannel channel) {
    this.channel = channel;
  }

  /** Connects, and sends these keys of the CONNECT line. */
  static LoginInFlight begin(InetSocketAddress server, Map<String, ?> credentials) {
    try {
      SocketChannel channel = SocketChannel.open(server);
      channel.configureBlocking(false);
      String connect = "CONNECT " + JSON.writeValueAsString(credentials) + "\r\nPING\r\n";
      channel.write(ByteBuffer.wrap(connect.getBytes(StandardCharsets.UTF_8)));
      return new LoginInFlight(channel);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns true if the server has accepted this login, also if the connection ended since. */
  public boolean isAccepted() {
    receive();
    return received.indexOf(Login.WELCOME) >= 0;
  }

  /** Returns true while the server has neither accepted nor refused this login. */
  public boolean isPending() {
    return !isAccepted() && !ended;
  }

  /** Returns true if the server has accepted this login and the connection is still open. */
  public boolean isConnected() {
    return isAccepted() && !ended;
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Reads everything that has arrived. */
  private void receive() {
    ByteBuffer buffer = ByteBuffer.allocate(8 << 10);
    try {
      int read = ended ? -1 : channel.read(buffer);
      while (read > 0) {
        received.append(StandardCharsets.UTF_8.decode(buffer.flip()));
        buffer.clear();
        read = channel.read(buffer);
      }
      ended = read < 0;
    } catch (IOException reset) {
      ended = true;
    }
  }
}
