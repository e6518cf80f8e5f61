package org.natsoperator.callout.servers;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.natsoperator.api.NatsCluster;

/**
 * The connections to one cluster, while its logins are answered.
 *
 * @param <C> the kind of the connections
 */
public final class ServedCluster<C extends ServerConnection> {

  private final Executor threads;
  private final AtomicBoolean connecting = new AtomicBoolean();
  private C first;
  private C spare;
  private volatile boolean ended;

  /**
   * Without connections yet.
   *
   * @param threads open and close the connections
   */
  public ServedCluster(Executor threads) {
    this.threads = threads;
  }

  /** Opens the first connection with the supplier, which returns none if that failed. */
  public void openFirst(Supplier<Optional<C>> connector) {
    open(connector, this::replaceFirst);
  }

  /** Opens the spare connection likewise. */
  public void openSpare(Supplier<Optional<C>> connector) {
    open(connector, this::replaceSpare);
  }

  /**
   * Opens a connection, unless another thread does. Closes the one before only then, so that
   * servers always get answers.
   */
  private void open(Supplier<Optional<C>> connector, UnaryOperator<C> replace) {
    if (connecting.compareAndSet(false, true)) {
      threads.execute(
          () -> {
            try {
              connector.get().map(replace).ifPresent(ServerConnection::close);
              if (ended) {
                close();
              }
            } finally {
              connecting.set(false);
            }
          });
    }
  }

  private synchronized C replaceFirst(C opened) {
    C before = first;
    first = opened;
    return before;
  }

  private synchronized C replaceSpare(C opened) {
    C before = spare;
    spare = opened;
    return before;
  }

  /** Whether a connection is being opened. */
  public boolean isConnecting() {
    return connecting.get();
  }

  /** The first connection, if it is open and has the cluster's keys. */
  public synchronized Optional<C> first(NatsCluster cluster) {
    return Optional.ofNullable(first).filter(open -> open.isConnectedFor(cluster));
  }

  /** The spare connection, if it is open and has the cluster's keys. */
  public synchronized Optional<C> spare(NatsCluster cluster) {
    return Optional.ofNullable(spare).filter(open -> open.isConnectedFor(cluster));
  }

  /** Returns the spare connection if it takes the place of the first one, which is lost. */
  public synchronized Optional<C> promoteSpare(NatsCluster cluster) {
    if (ended || first(cluster).isPresent() || spare(cluster).isEmpty()) {
      return Optional.empty();
    }
    Optional.ofNullable(first).ifPresent(lost -> threads.execute(lost::close));
    first = spare;
    spare = null;
    return Optional.of(first);
  }

  /** Lets the servers ask this replica, or only the others. */
  public synchronized void answer(boolean wanted, NatsCluster cluster) {
    if (first != null) {
      first.answer(wanted);
    }
    if (spare != null) {
      // With earlier keys it leaves at once, and is replaced after the first connection.
      spare.answer(wanted && spare.isConnectedFor(cluster));
    }
  }

  /** Closes the connections, and any that is being opened. */
  public void end() {
    ended = true;
    close();
  }

  /** Closes the connections until the next ones are opened. */
  public void close() {
    removeAll().forEach(ServerConnection::close);
  }

  private synchronized List<C> removeAll() {
    return Stream.of(replaceFirst(null), replaceSpare(null)).filter(Objects::nonNull).toList();
  }
}
