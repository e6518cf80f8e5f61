package org.natsoperator.admission.server;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.natsoperator.testing.Sandbox;

/** Opens TLS connections to a replica, for bytes that no HTTP client sends. */
record RawClient(SSLContext tls, int port) {

  /** Longer than any timeout of the server that a test waits for, on a busy machine too. */
  private static final int TIMEOUT_MILLIS = 120_000;

  static RawClient of(Replica replica, Sandbox sandbox) {
    Caller caller = new Caller(sandbox.client(), sandbox.namespace(), replica.port());
    return new RawClient(caller.tls(), replica.port());
  }

  /** Connects; the TLS handshake happens with the first byte that is sent or received. */
  SSLSocket connect() throws IOException {
    return tls(new Socket("localhost", port));
  }

  /** Opens a TCP connection from an address such as 127.0.0.2. */
  Socket connectFrom(String address) throws IOException {
    return new Socket(InetAddress.getByName("127.0.0.1"), port, InetAddress.getByName(address), 0);
  }

  /** TLS on a TCP connection; the handshake happens with the first byte. */
  SSLSocket tls(Socket tcp) throws IOException {
    tcp.setSoTimeout(TIMEOUT_MILLIS);
    return (SSLSocket) tls.getSocketFactory().createSocket(tcp, "localhost", port, true);
  }

  static void send(SSLSocket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    socket.getOutputStream().flush();
  }

  /** The first line of the response; empty if the server closes the connection without one. */
  static String firstLine(SSLSocket socket) throws IOException {
    StringBuilder line = new StringBuilder();
    InputStream in = socket.getInputStream();
    for (int read = in.read(); read >= 0 && read != '\r'; read = in.read()) {
      line.append((char) read);
    }
    return line.toString();
  }

  /** Everything that the server sends until it closes the connection. */
  static String response(SSLSocket socket) throws IOException {
    return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
  }
}
