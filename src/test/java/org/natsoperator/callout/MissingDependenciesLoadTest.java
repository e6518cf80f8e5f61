package org.natsoperator.callout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.natsoperator.callout.DependencyChecks.ACCOUNT;
import static org.natsoperator.callout.DependencyChecks.BY_POD;
import static org.natsoperator.callout.DependencyChecks.CLUSTER;
import static org.natsoperator.callout.DependencyChecks.POD;
import static org.natsoperator.callout.DependencyChecks.ROLE;
import static org.natsoperator.callout.DependencyChecks.byPod;

import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.natsoperator.callout.connections.ConnectionTags;

/** The number of requests that checks of missing objects send to the API server. */
class MissingDependenciesLoadTest {

  @AutoClose private final DependencyChecks checks = new DependencyChecks();

  @Test
  void asksOncePerObject() {
    checks.cache(CLUSTER, ROLE, ACCOUNT);
    checks.reader.with(POD);

    checks.check(Stream.generate(() -> BY_POD).limit(100).toArray(ConnectionTags[]::new));

    checks.awaitEnd();
    assertThat(checks.reader.requests()).containsExactly("Pod client");
  }

  @Test
  void asksAboutSomeObjectsAtATime() {
    checks.cache(CLUSTER, ROLE, ACCOUNT);
    ConnectionTags[] logins =
        IntStream.range(0, MissingDependencies.MOST_REQUESTS + 100)
            .mapToObj(i -> byPod("pod-" + i, "uid-" + i))
            .toArray(ConnectionTags[]::new);

    checks.check(logins);
    checks.awaitEnd();
    assertThat(checks.reader.requests()).hasSize(MissingDependencies.MOST_REQUESTS);
    assertThat(checks.ended).hasSize(MissingDependencies.MOST_REQUESTS);

    Set<String> first = new HashSet<>(checks.reader.requests());
    await()
        .untilAsserted(
            () -> {
              checks.check(logins);
              checks.awaitEnd();
              assertThat(Set.copyOf(checks.reader.requests())).hasSizeGreaterThan(first.size());
            });
  }

  @Test
  void checksDoNotOverlap() {
    checks.cache(CLUSTER, ROLE, ACCOUNT);
    CountDownLatch latch = new CountDownLatch(1);
    checks.reader.blocked(latch);

    IntStream.range(0, 10).forEach(i -> checks.check(byPod("pod-" + i, "uid-" + i)));
    await().untilAsserted(() -> assertThat(checks.reader.requests()).hasSize(1));
    latch.countDown();

    checks.awaitEnd();
    assertThat(checks.reader.requests()).containsExactly("Pod pod-0");
  }
}
