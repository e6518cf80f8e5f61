package org.natsoperator.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/** TLS connections to the webhooks that send no request, from one address. */
final class IdleConnections implements AutoCloseable {

  private final List<SSLSocket> sockets = new ArrayList<>();

  private IdleConnections() {}

  static IdleConnections open(int port, int count) throws IOException {
    IdleConnections connections = new IdleConnections();
    SSLSocketFactory tls = AnyCertificate.context().getSocketFactory();
    for (int i = 0; i < count; i++) {
      SSLSocket socket = (SSLSocket) tls.createSocket(InetAddress.getLoopbackAddress(), port);
      connections.sockets.add(socket);
      socket.startHandshake();
    }
    return connections;
  }

  @Override
  public void close() throws IOException {
    for (SSLSocket socket : sockets) {
      socket.close();
    }
  }
}
