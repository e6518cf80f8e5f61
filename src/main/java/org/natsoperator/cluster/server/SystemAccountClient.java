package org.natsoperator.cluster.server;

import io.fabric8.kubernetes.api.model.Pod;
import io.nats.client.AuthHandler;
import io.nats.client.Connection;
import io.nats.client.ErrorListener;
import io.nats.client.Message;
import io.nats.client.NKey;
import io.nats.client.Nats;
import io.nats.client.Options;
import io.nats.client.impl.SocketDataPort;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeoutException;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.cluster.keys.ClusterKeyStore;
import org.natsoperator.config.Ports;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Speaks to servers as a user of their system account, which they know from 2.10 on: has them read
 * their file again where no sidecar does, and close connections.
 */
@Component
public class SystemAccountClient {

  private static final Logger LOG = LoggerFactory.getLogger(SystemAccountClient.class);
  private static final Duration TIMEOUT = Duration.ofSeconds(2);

  /**
   * A server that reloads may throw out whoever asks it. Whether all was done is told by {@code
   * /varz} and {@code /connz}, and if it was not, it is asked again; by default the client would
   * log an error.
   */
  private static final ErrorListener IGNORE_ERRORS = new ErrorListener() {};

  private final ClusterKeyStore keys;

  SystemAccountClient(ClusterKeyStore keys) {
    this.keys = keys;
  }

  /** Has one server reload. Whether it took the file is told by its {@code /varz}, not here. */
  public void reload(NatsCluster cluster, Pod server) {
    try (Connection connection = Nats.connect(options(cluster, server))) {
      String id = connection.getServerInfo().getServerId();
      Message answer =
          connection.request("$SYS.REQ.SERVER." + id + ".RELOAD", new byte[0], TIMEOUT);
      if (answer != null && new String(answer.getData()).contains("\"error\"")) {
        LOG.warn("Server {} refused to reload: see its log", server.getMetadata().getName());
      }
    } catch (IOException e) {
      LOG.debug("Server {} could not be asked to reload", server.getMetadata().getName(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Has a server close connections. It need not listen any more, as in lame duck mode: it is
   * reached through another. It does so only if it is asked for an answer.
   *
   * @param through a server of the same cluster that listens, of version 2.10 or newer
   * @param serverId of the server that shall close them
   */
  public void close(NatsCluster cluster, Pod through, String serverId, List<Long> cids) {
    LOG.info("Closing {} connections at a server in lame duck mode", cids.size());
    try (Connection connection = Nats.connect(options(cluster, through))) {
      String answer = connection.createInbox();
      for (long cid : cids) {
        byte[] kick = "{\"cid\":%d}".formatted(cid).getBytes(StandardCharsets.US_ASCII);
        connection.publish("$SYS.REQ.SERVER." + serverId + ".KICK", answer, kick);
      }
      connection.flush(TIMEOUT);
    } catch (IOException | TimeoutException e) {
      LOG.debug("Server {} could not be asked to close connections", serverId, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Options options(NatsCluster cluster, Pod server) {
    return Options.builder()
        .server("nats://%s:%d".formatted(server.getStatus().getPodIP(), Ports.CLIENT))
        .authHandler(new Signer(keys.nkey(cluster)))
        .connectionName("nats-operator")
        .connectionTimeout(TIMEOUT)
        .dataPortType(BoundedDataPort.class.getName())
        .errorListener(IGNORE_ERRORS)
        .noReconnect()
        .build();
  }

  /**
   * A connection to a server that may be any program: whose image it is, the cluster's owner says.
   * The client makes room for a message as soon as its length is told, and for a line without end;
   * so both are looked at before. It is public since the client makes it by its name.
   */
  public static final class BoundedDataPort extends SocketDataPort {

    private final ProtocolLimiter limiter = new ProtocolLimiter();

    @Override
    public int read(byte[] destination, int offset, int length) throws IOException {
      int read = super.read(destination, offset, length);
      limiter.said(destination, offset, read);
      return read;
    }
  }

  /** Proves to a server that we hold the nkey it was told. */
  private record Signer(NKey key) implements AuthHandler {

    @Override
    public byte[] sign(byte[] nonce) {
      try {
        return key.sign(nonce);
      } catch (GeneralSecurityException | IOException e) {
        throw new IllegalStateException("an nkey that was read can sign", e);
      }
    }

    @Override
    public char[] getID() {
      try {
        return key.getPublicKey();
      } catch (GeneralSecurityException | IOException e) {
        throw new IllegalStateException("an nkey that was read has a public key", e);
      }
    }

    @Override
    public char[] getJWT() {
      return new char[0];
    }
  }
}
