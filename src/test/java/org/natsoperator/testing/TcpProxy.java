package org.natsoperator.testing;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Forwards TCP connections. It can end them, delay requests, or lose all data. */
public final class TcpProxy implements AutoCloseable {

  private final ServerSocket server;
  private final InetSocketAddress target;
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private volatile Duration delay = Duration.ZERO;
  private volatile boolean hanging;

  private record Chunk(byte[] bytes, long due) {}

  private TcpProxy(ServerSocket server, InetSocketAddress target) {
    this.server = server;
    this.target = target;
  }

  /** Starts a proxy on a free port of 127.0.0.1. */
  public static TcpProxy to(InetSocketAddress target) {
    try {
      TcpProxy proxy =
          new TcpProxy(new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1")), target);
      Thread.ofVirtual().start(proxy::accept);
      return proxy;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The port on 127.0.0.1. */
  public int port() {
    return server.getLocalPort();
  }

  /** Delays everything that clients send. Connections keep their order. */
  void delay(Duration latency) {
    delay = latency;
  }

  /** Loses everything that is sent, in both directions, like a broken network. */
  void hang() {
    hanging = true;
  }

  /** Ends {@link #hang} and the connections that lost data. */
  void resume() {
    hanging = false;
    disconnect();
  }

  /** Ends all connections, and forwards new ones. */
  public void disconnect() {
    sockets.forEach(TcpProxy::closeQuietly);
  }

  @Override
  public void close() throws IOException {
    server.close();
    disconnect();
  }

  private void accept() {
    try {
      while (!server.isClosed()) {
        Socket client = server.accept();
        Thread.ofVirtual().start(() -> connect(client));
      }
    } catch (IOException e) {
      // The proxy is closed.
    }
  }

  private void connect(Socket client) {
    sockets.add(client);
    try (client;
        Socket upstream = new Socket(target.getAddress(), target.getPort())) {
      sockets.add(upstream);
      BlockingQueue<Chunk> requests = new LinkedBlockingQueue<>();
      Thread.ofVirtual().start(() -> forward(requests, upstream));
      Thread.ofVirtual().start(() -> respond(upstream, client));
      byte[] buffer = new byte[64 << 10];
      for (int read = client.getInputStream().read(buffer);
          read >= 0;
          read = client.getInputStream().read(buffer)) {
        requests.add(new Chunk(Arrays.copyOf(buffer, read), System.nanoTime() + delay.toNanos()));
      }
    } catch (IOException e) {
      // One side closed the connection.
    }
  }

  private void forward(BlockingQueue<Chunk> requests, Socket upstream) {
    try {
      while (!upstream.isClosed()) {
        Chunk next = requests.poll(100, TimeUnit.MILLISECONDS);
        if (next != null) {
          TimeUnit.NANOSECONDS.sleep(next.due() - System.nanoTime());
          write(next.bytes(), next.bytes().length, upstream.getOutputStream());
        }
      }
    } catch (IOException | InterruptedException e) {
      closeQuietly(upstream);
    }
  }

  private void respond(Socket upstream, Socket client) {
    byte[] buffer = new byte[64 << 10];
    try {
      for (int read = upstream.getInputStream().read(buffer);
          read >= 0;
          read = upstream.getInputStream().read(buffer)) {
        write(buffer, read, client.getOutputStream());
      }
    } catch (IOException e) {
      // One side closed the connection.
    }
    closeQuietly(client);
  }

  private void write(byte[] bytes, int length, OutputStream out) throws IOException {
    if (!hanging) {
      out.write(bytes, 0, length);
    }
  }

  private static void closeQuietly(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
