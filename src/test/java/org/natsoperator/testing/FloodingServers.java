package org.natsoperator.testing;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.natsoperator.config.Ports;

/**
 * The servers of a hostile image, all at one loopback address. They accept every client, and send
 * the longest messages to each of its subscriptions, without a pause.
 */
public final class FloodingServers implements AutoCloseable {

  private static final String ADDRESS = LoopbackAddresses.of(88);
  private static final String REPORT =
      "{\"server\":{\"id\":\"N%s\",\"cluster\":\"hostile-1\"},\"data\":{\"connections\":"
          + "[{\"cid\":1,\"tags\":[%s]}]}}";
  private static final String INFO =
      "INFO {\"server_id\":\"N%s\",\"version\":\"2.15.3\",\"proto\":1,\"headers\":true,"
              .formatted("A".repeat(55))
          + "\"max_payload\":1048576,\"nonce\":\"a\",\"auth_required\":true,\"client_id\":1}\r\n";

  private final List<Socket> clients = new CopyOnWriteArrayList<>();
  private final AtomicLong sent = new AtomicLong();
  private final byte[] message;
  private final boolean reads;
  private final ServerSocket port;

  private FloodingServers(byte[] message, boolean reads) throws IOException {
    this.message = message;
    this.reads = reads;
    port = new ServerSocket(Ports.CLIENT, 500, InetAddress.getByName(ADDRESS));
    Thread.ofVirtual().start(this::accept);
  }

  /**
   * Starts to listen.
   *
   * @param message the content of all messages
   */
  public static FloodingServers start(String message) throws IOException {
    return new FloodingServers(message.getBytes(US_ASCII), true);
  }

  /** The same, but they read nothing after the first subscription of a client. */
  public static FloodingServers startDeaf(String message) throws IOException {
    return new FloodingServers(message.getBytes(US_ASCII), false);
  }

  /** The URL of all servers. */
  public String url() {
    return "nats://" + ADDRESS + ":" + Ports.CLIENT;
  }

  /** A report of one connection with this number of tags. */
  public static String report(int tags) {
    return REPORT.formatted(
        "A".repeat(55),
        IntStream.range(0, tags).mapToObj("\"%040d\""::formatted).collect(Collectors.joining(",")));
  }

  /** Lets their monitoring ports answer. */
  public HostileMonitoring startMonitoring() throws IOException {
    return HostileMonitoring.start(ADDRESS);
  }

  /** Creates this number of server pods of a StatefulSet. */
  public void createPods(StatefulSet set, int count, KubernetesClient client) {
    LoopbackPods.create(set, count, ADDRESS, client);
  }

  /** The number of connections that clients have opened. */
  public int clients() {
    return clients.size();
  }

  /** The number of messages that were sent. */
  public long sent() {
    return sent.get();
  }

  @Override
  public void close() throws IOException {
    port.close();
    for (Socket client : clients) {
      client.close();
    }
  }

  private void accept() {
    try {
      while (true) {
        Socket client = port.accept();
        clients.add(client);
        Thread.ofVirtual().start(() -> serve(client));
      }
    } catch (IOException closed) {
      // The test has ended.
    }
  }

  private void serve(Socket client) {
    Map<String, String> subscriptions = new ConcurrentHashMap<>();
    try {
      OutputStream output = client.getOutputStream();
      output.write(INFO.getBytes(US_ASCII));
      BufferedReader lines =
          new BufferedReader(new InputStreamReader(client.getInputStream(), US_ASCII));
      Thread.ofVirtual().start(() -> flood(output, subscriptions));
      for (String line = lines.readLine();
          line != null && (reads || subscriptions.isEmpty());
          line = lines.readLine()) {
        String[] words = line.split(" ");
        switch (words[0]) {
          case "PING" -> write(output, "PONG\r\n".getBytes(US_ASCII));
          case "SUB" -> subscriptions.put(words[words.length - 1], words[1]);
          case "UNSUB" -> subscriptions.remove(words[1]);
          default -> {}
        }
      }
    } catch (IOException closed) {
      // The client has gone.
    }
  }

  private void flood(OutputStream output, Map<String, String> subscriptions) {
    try {
      while (true) {
        for (var subscription : subscriptions.entrySet()) {
          String subject = subscription.getValue().replace("*", "a").replace(">", "a");
          write(
              output,
              "MSG %s %s %d\r\n"
                  .formatted(subject, subscription.getKey(), message.length)
                  .getBytes(US_ASCII),
              message,
              "\r\n".getBytes(US_ASCII));
          sent.incrementAndGet();
        }
        if (subscriptions.isEmpty()) {
          Thread.sleep(10);
        }
      }
    } catch (IOException closed) {
      // The client has gone.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void write(OutputStream output, byte[]... parts) throws IOException {
    synchronized (output) {
      for (byte[] part : parts) {
        output.write(part);
      }
    }
  }
}
