package org.natsoperator.testing;

import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.natsoperator.config.Ports;

/**
 * The servers of a hostile image, all at one loopback address. Their monitoring ports answer. Their
 * client ports accept connections and never answer.
 */
public final class HangingServers implements AutoCloseable {

  private static final String ADDRESS = LoopbackAddresses.of(89);

  private final List<Socket> clients = new CopyOnWriteArrayList<>();
  private final HostileMonitoring monitoring;
  private final ServerSocket port;

  private HangingServers() throws IOException {
    monitoring = HostileMonitoring.start(ADDRESS);
    port = new ServerSocket(Ports.CLIENT, 500, InetAddress.getByName(ADDRESS));
    Thread.ofVirtual().start(this::accept);
  }

  /** Starts to listen. */
  public static HangingServers start() throws IOException {
    return new HangingServers();
  }

  /** Creates this number of server pods of a StatefulSet. */
  public void createPods(StatefulSet set, int count, KubernetesClient client) {
    LoopbackPods.create(set, count, ADDRESS, client);
  }

  /** The number of connections that clients have opened. */
  public int connections() {
    return clients.size();
  }

  @Override
  public void close() throws IOException {
    monitoring.close();
    port.close();
    for (Socket client : clients) {
      client.close();
    }
  }

  private void accept() {
    try {
      while (true) {
        clients.add(port.accept());
      }
    } catch (IOException closed) {
      // The test has ended.
    }
  }
}
