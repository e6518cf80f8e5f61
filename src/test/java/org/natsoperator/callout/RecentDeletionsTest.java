package org.natsoperator.callout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.Pod;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class RecentDeletionsTest {

  private static final Instant START = Instant.parse("2026-11-27T12:00:00Z");
  private static final Pod POD = LoginFixture.pod("uid-of-pod").build();

  private final FakeReader reader = new FakeReader();
  private volatile Instant now = START;
  private final Clock clock = ((InstantSource) () -> now).withZone(ZoneOffset.UTC);
  private final RecentDeletions deletions =
      new RecentDeletions(EmptyInformers.create(), reader, clock);
  private final List<String> reported = new CopyOnWriteArrayList<>();

  @Test
  void reportsPodThatTheApiServerDoesNotFind() {
    lose();

    await().untilAsserted(() -> assertThat(reported).containsExactly("uid-of-pod"));
    assertThat(deletions.contains("uid-of-pod")).isTrue();
  }

  @Test
  void reportsPodThatWasReplaced() {
    reader.with(LoginFixture.pod("uid-of-next-pod").build());
    lose();

    await().untilAsserted(() -> assertThat(reported).containsExactly("uid-of-pod"));
  }

  @Test
  void podWithoutLabelIsNotDeleted() {
    reader.with(POD);

    assertIsNotReported();
  }

  /** The API server or this replica is busy, for example since many pods lose their label. */
  @Test
  void podWithoutAnswerIsNotDeleted() {
    reader.silent();

    assertIsNotReported();
  }

  /** All pods of a node that is lost. */
  @Test
  void asksAboutManyPodsInTurns() {
    CountDownLatch answer = new CountDownLatch(1);
    reader.blocked(answer);
    deletions.onDeletion(reported::add);
    RecentDeletions.PodHandler handler = deletions.new PodHandler(reader);
    for (int i = 0; i < 100; i++) {
      handler.onDelete(LoginFixture.pod("uid-" + i).build(), false);
    }

    await()
        .during(Duration.ofMillis(300))
        .untilAsserted(() -> assertThat(reader.requests()).hasSize(4));
    answer.countDown();
    await().untilAsserted(() -> assertThat(reported).hasSize(100));
  }

  @Test
  void forgetsDeletion() {
    lose();
    await().untilAsserted(() -> assertThat(deletions.contains("uid-of-pod")).isTrue());

    now = START.plus(RecentDeletions.REMEMBERED);
    assertThat(deletions.contains("uid-of-pod")).isTrue();
    now = now.plusSeconds(1);
    assertThat(deletions.contains("uid-of-pod")).isFalse();
  }

  @Test
  void forgetsDeletionOfObjectThatIsAddedAgain() {
    lose();
    await().untilAsserted(() -> assertThat(deletions.contains("uid-of-pod")).isTrue());

    deletions.new PodHandler(reader).onAdd(LoginFixture.pod("uid-of-next-pod").build());
    assertThat(deletions.contains("uid-of-pod")).isTrue();
    deletions.new PodHandler(reader).onAdd(POD);
    assertThat(deletions.contains("uid-of-pod")).isFalse();
  }

  private void assertIsNotReported() {
    lose();

    await().untilAsserted(() -> assertThat(reader.requests()).containsExactly("Pod client"));
    await()
        .during(Duration.ofMillis(300))
        .untilAsserted(() -> assertThat(deletions.contains("uid-of-pod")).isFalse());
    assertThat(reported).isEmpty();
  }

  /** The informer reports it as deleted. */
  private void lose() {
    deletions.onDeletion(reported::add);
    deletions.new PodHandler(reader).onDelete(POD, false);
  }
}
