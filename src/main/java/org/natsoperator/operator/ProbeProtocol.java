package org.natsoperator.operator;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.coyote.http11.Http11NioProtocol;
import org.apache.tomcat.util.net.NioEndpoint;
import org.apache.tomcat.util.threads.VirtualThreadExecutor;

/**
 * HTTP for probes and metrics, on a port that every pod may reach. Above a limit, a new connection
 * ends the oldest one of the address with the most connections, so that the newest one is always
 * served. Each request has its own virtual thread, so that clients which do not read keep none from
 * others. It is public since Tomcat creates it by its class name.
 */
public final class ProbeProtocol extends Http11NioProtocol {

  /** Kubelets and scrapers have a few. */
  static final int MOST_CONNECTIONS = 64;

  /** Tomcat calls it. */
  public ProbeProtocol() {
    super(new Endpoint());
    setExecutor(new VirtualThreadExecutor("http-"));
  }

  private record Client(SocketChannel channel, InetAddress address) {

    /** Tomcat closes the connection when it notices the end; only it knows what it still uses. */
    void end() {
      try {
        channel.shutdownInput();
        channel.shutdownOutput();
      } catch (IOException closed) {
        // The client has gone.
      }
    }
  }

  private static final class Endpoint extends NioEndpoint {

    /** The oldest first. Only the thread that accepts connections uses it. */
    private final List<Client> clients = new ArrayList<>();

    @Override
    protected SocketChannel serverSocketAccept() throws Exception {
      SocketChannel accepted = super.serverSocketAccept();
      clients.removeIf(client -> !client.channel().isOpen());
      if (clients.size() >= MOST_CONNECTIONS) {
        Client oldest = oldestOfMost();
        clients.remove(oldest);
        oldest.end();
      }
      clients.add(new Client(accepted, accepted.socket().getInetAddress()));
      return accepted;
    }

    private Client oldestOfMost() {
      Map<InetAddress, Long> byAddress =
          clients.stream().collect(Collectors.groupingBy(Client::address, Collectors.counting()));
      return clients.stream()
          .max(
              Comparator.<Client, Long>comparing(client -> byAddress.get(client.address()))
                  .thenComparing(client -> -clients.indexOf(client)))
          .orElseThrow();
    }
  }
}
