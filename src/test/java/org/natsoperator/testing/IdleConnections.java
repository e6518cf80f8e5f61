package org.natsoperator.testing;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;

/** Connections whose clients send nothing more. */
public record IdleConnections(List<Socket> sockets) implements AutoCloseable {

  /** Opens a connection from an address. */
  public interface Opener {
    Socket connectFrom(String address) throws IOException;
  }

  /** Opens this number of connections, from each of the addresses in turn. */
  public static IdleConnections open(int number, List<String> addresses, Opener opener) {
    IdleConnections idle = new IdleConnections(new ArrayList<>());
    try {
      for (int i = 0; i < number; i++) {
        idle.sockets.add(opener.connectFrom(addresses.get(i % addresses.size())));
      }
      return idle;
    } catch (IOException e) {
      idle.close();
      throw new UncheckedIOException(e);
    }
  }

  /** Reads until the end of the stream or the timeout of the socket. */
  public static boolean isClosed(Socket tcp) throws IOException {
    try {
      tcp.getInputStream().transferTo(OutputStream.nullOutputStream());
      return true;
    } catch (SocketTimeoutException e) {
      return false;
    } catch (SocketException e) {
      return true;
    }
  }

  /** The number of connections that the server has not closed. */
  public long stillOpen() throws IOException {
    long open = 0;
    for (Socket socket : sockets) {
      socket.setSoTimeout(1);
      open += isClosed(socket) ? 0 : 1;
    }
    return open;
  }

  @Override
  public void close() {
    for (Socket socket : sockets) {
      try {
        socket.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
