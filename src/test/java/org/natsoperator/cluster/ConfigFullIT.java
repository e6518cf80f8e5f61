package org.natsoperator.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.natsoperator.testing.Manifests.CLUSTER;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.natsoperator.config.ServerConfigFile;
import org.natsoperator.testing.Manifests;
import org.natsoperator.testing.OperatorTest;
import org.natsoperator.testing.Sandbox;

/**
 * More roles than a Secret can contain: the API server accepts the largest file, and the oldest
 * roles stay bound.
 */
@OperatorTest
class ConfigFullIT {

  private static final int MEBIBYTE = 1024 * 1024;

  /** Ten such roles fit into the file, eleven do not. */
  private static final int SUBJECTS = 970;

  private static final int SUBJECT_BYTES = 96;

  /** About eleven small roles fit into the rest that ten big ones leave. */
  private static final int SMALL = 20;

  @Test
  void acceptsLargestFileAndKeepsOldestRoles(Sandbox sandbox) {
    sandbox.apply(Manifests.cluster());
    List<String> names = IntStream.range(0, 11).mapToObj("big-%02d"::formatted).toList();
    names.forEach(name -> big(sandbox, name));
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(
            () ->
                assertThat(sandbox.users(CLUSTER))
                    .containsAll(names.subList(0, 10))
                    .doesNotContain("big-10"));
    await()
        .untilAsserted(
            () ->
                assertThat(sandbox.roleCondition("big-10", "Ready").getReason())
                    .isEqualTo("ConfigFull"));
    assertThat(sandbox.roleCondition("big-10", "Ready").getMessage())
        .contains("1 MiB", "delete roles or split the cluster");

    List<String> small = IntStream.range(0, SMALL).mapToObj("small-%02d"::formatted).toList();
    small.forEach(name -> sandbox.apply(Manifests.serviceAccount(name), Manifests.role(name, "x")));
    await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(
            () ->
                assertThat(small)
                    .filteredOn(
                        name ->
                            "ConfigFull".equals(sandbox.roleCondition(name, "Ready").getReason()))
                    .isNotEmpty());
    await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(
            () ->
                assertThat(bytes(sandbox))
                    .isNotEmpty()
                    .allMatch(size -> size > 995_000 && size <= MEBIBYTE));
    assertThat(sandbox.users(CLUSTER))
        .containsAll(names.subList(0, 10))
        .contains("small-00")
        .doesNotContain("big-10");
    assertThat(sandbox.clusterCondition(CLUSTER, "Ready").getReason()).isNotEqualTo("Refused");

    sandbox.delete(sandbox.role("big-00"));
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(
            () ->
                assertThat(sandbox.users(CLUSTER))
                    .containsAll(names.subList(1, 11))
                    .doesNotContain("big-00"));
  }

  /** The sizes of the copy and of the Secrets that servers mount. */
  private static List<Integer> bytes(Sandbox sandbox) {
    return sandbox.configs(CLUSTER).values().stream()
        .map(ServerConfigFile::text)
        .map(text -> text.getBytes(StandardCharsets.UTF_8).length)
        .toList();
  }

  private static void big(Sandbox sandbox, String name) {
    List<String> subjects =
        IntStream.range(0, SUBJECTS)
            .mapToObj(i -> "%03d.".formatted(i) + "x".repeat(SUBJECT_BYTES - 4))
            .toList();
    sandbox.apply(
        Manifests.serviceAccount(name), Manifests.role(name, CLUSTER, subjects, List.of()));
  }
}
