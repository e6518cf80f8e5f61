package org.natsoperator.callout;

import static org.assertj.core.api.Assertions.assertThat;

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

  /** Usually less than a second. A loaded machine needs some more to start a server. */
  private static final Duration ONE_RESTART = Duration.ofSeconds(20);

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

  /** Ends the logins. No client may have been locked out for longer than a restart of a server. */
  void assertGoOn() throws InterruptedException {
    Duration lockout = longestLockout();
    close();
    assertThat(lockout).as("time in which a server admitted no client").isLessThan(ONE_RESTART);
  }

  /** The longest time until now in which one of the servers admitted no client. */
  private Duration longestLockout() {
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
