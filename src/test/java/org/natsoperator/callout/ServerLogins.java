package org.natsoperator.callout;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.natsoperator.testing.Login;
import org.natsoperator.testing.LoginLoad;
import org.natsoperator.testing.LoginLoad.Attempt;
import org.natsoperator.testing.LoopbackCluster;

/** A client that logs in to each server of a cluster again and again, until it is closed. */
final class ServerLogins implements AutoCloseable {

  private static final Duration PAUSE = Duration.ofMillis(100);

  private final long start = System.nanoTime();
  private final List<LoginLoad> servers;

  private ServerLogins(List<LoginLoad> servers) {
    this.servers = servers;
  }

  /** Starts to log in to this number of servers. */
  static ServerLogins start(int servers, String user, String token) {
    return new ServerLogins(
        IntStream.rangeClosed(1, servers)
            .mapToObj(LoopbackCluster::address)
            .map(server -> LoginLoad.start(List.of(() -> Login.at(server, user, token)), PAUSE))
            .toList());
  }

  /** The longest time until now in which one of the servers admitted no client. */
  Duration longestLockout() {
    return servers.stream()
        .map(LoginLoad::attempts)
        .map(this::longestLockout)
        .max(Comparator.naturalOrder())
        .orElseThrow();
  }

  private Duration longestLockout(List<Attempt> attempts) {
    long last = start;
    long longest = 0;
    for (Attempt attempt : attempts) {
      if (Objects.equals(attempt.answer(), Login.WELCOME)) {
        longest = Math.max(longest, attempt.end() - last);
        last = attempt.end();
      }
    }
    return Duration.ofNanos(Math.max(longest, System.nanoTime() - last));
  }

  @Override
  public void close() throws InterruptedException {
    for (LoginLoad server : servers) {
      server.close();
    }
  }
}
