package org.natsoperator.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.natsoperator.testing.Manifests.CLUSTER;

import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.natsoperator.config.ServerConfigFile;
import org.natsoperator.testing.LongTest;
import org.natsoperator.testing.LoopbackServer;
import org.natsoperator.testing.Manifests;
import org.natsoperator.testing.NatsClient;
import org.natsoperator.testing.NatsClient.Verdict;
import org.natsoperator.testing.OperatorTest;
import org.natsoperator.testing.Sandbox;

/**
 * More roles than a Secret can contain: the API server accepts the largest file, and roles that are
 * in force stay bound.
 */
@LongTest
@OperatorTest
class ConfigFullIT {

  private static final int MEBIBYTE = 1024 * 1024;

  /** Fifteen such roles fit into the file, sixteen do not. */
  private static final int SUBJECTS = 645;

  private static final int FIT = 15;

  private static final int SUBJECT_BYTES = 96;

  /** About eleven small roles fit into the rest that the big ones leave. */
  private static final int SMALL = 20;

  @Test
  void acceptsLargestFileAndKeepsOldestRoles(Sandbox sandbox) {
    sandbox.apply(Manifests.cluster());
    List<String> names = IntStream.rangeClosed(0, FIT).mapToObj("big-%02d"::formatted).toList();
    names.forEach(name -> big(sandbox, name));
    await()
        .untilAsserted(
            () ->
                assertThat(sandbox.users(CLUSTER))
                    .containsAll(names.subList(0, FIT))
                    .doesNotContain("big-15"));
    await()
        .untilAsserted(
            () ->
                assertThat(sandbox.roleCondition("big-15", "Ready").getReason())
                    .isEqualTo("ConfigFull"));
    assertThat(sandbox.roleCondition("big-15", "Ready").getMessage())
        .contains("1 MiB", "delete roles or split the cluster");

    List<String> small = IntStream.range(0, SMALL).mapToObj("small-%02d"::formatted).toList();
    small.forEach(name -> sandbox.apply(Manifests.serviceAccount(name), Manifests.role(name, "x")));
    await()
        .untilAsserted(
            () ->
                assertThat(small)
                    .filteredOn(
                        name ->
                            "ConfigFull".equals(sandbox.roleCondition(name, "Ready").getReason()))
                    .isNotEmpty());
    await()
        .untilAsserted(
            () ->
                assertThat(bytes(sandbox))
                    .isNotEmpty()
                    .allMatch(size -> size > 995_000 && size <= MEBIBYTE));
    assertThat(sandbox.users(CLUSTER))
        .containsAll(names.subList(0, FIT))
        .contains("small-00")
        .doesNotContain("big-15");
    assertThat(sandbox.clusterCondition(CLUSTER, "Ready").getReason()).isNotEqualTo("Refused");

    sandbox.delete(sandbox.role("big-00"));
    await()
        .untilAsserted(
            () ->
                assertThat(sandbox.users(CLUSTER))
                    .containsAll(names.subList(1, FIT + 1))
                    .doesNotContain("big-00"));
  }

  /** An older role is changed to more subjects than fit. */
  @Test
  void growingRoleDisconnectsNoOtherRoleAndLosesRevokedPermissions(Sandbox sandbox)
      throws Exception {
    sandbox.apply(Manifests.cluster(1, "2.15.3"));
    grower(sandbox, List.of("kept", "revoked"));
    StatefulSet set = await().until(() -> sandbox.statefulSet(CLUSTER), Objects::nonNull);
    try (LoopbackServer server = LoopbackServer.of(set, sandbox.client())) {
      awaitReason(sandbox, "grower", "InForce");
      IntStream.range(0, FIT).forEach(i -> big(sandbox, "big-%02d".formatted(i)));
      sandbox.apply(Manifests.serviceAccount("small"), Manifests.role("small", "x"));
      awaitReason(sandbox, "small", "InForce");
      String token = sandbox.token("small", CLUSTER).orElseThrow();
      try (NatsClient small = server.server().login("small", token)) {
        List<String> wanted = new ArrayList<>(List.of("kept"));
        wanted.addAll(subjects());
        grower(sandbox, wanted);

        awaitReason(sandbox, "grower", "ChangeDoesNotFit");
        assertThat(sandbox.roleCondition("grower", "Ready").getMessage())
            .contains("delete roles or split the cluster");
        assertThat(sandbox.roleCondition("grower", "Bound").getStatus()).isEqualTo("True");
        await()
            .untilAsserted(
                () ->
                    assertThat(
                            sandbox.user(CLUSTER, "grower").at("/permissions/publish").toString())
                        .isEqualTo("[\"kept\"]"));
        String growers = sandbox.token("grower", CLUSTER).orElseThrow();
        try (NatsClient grower = server.server().login("grower", growers)) {
          assertThat(grower.publish("kept", grower)).isEqualTo(Verdict.ALLOWED);
          // The server reloads its file after the operator wrote it.
          await()
              .untilAsserted(
                  () -> assertThat(grower.publish("revoked", grower)).isEqualTo(Verdict.REFUSED));
        }
        assertThat(sandbox.users(CLUSTER)).contains("small", "big-00", "big-14");
        assertThat(small.isConnected()).isTrue();
      }
      sandbox.delete(sandbox.role("big-14"));
      awaitReason(sandbox, "grower", "InForce");
    }
  }

  private static void awaitReason(Sandbox sandbox, String role, String reason) {
    await()
        .untilAsserted(
            () -> assertThat(sandbox.roleCondition(role, "Ready").getReason()).isEqualTo(reason));
  }

  private static void grower(Sandbox sandbox, List<String> publish) {
    sandbox.apply(
        Manifests.serviceAccount("grower"),
        Manifests.role("grower", CLUSTER, publish, List.of("kept", "revoked")));
  }

  /** The sizes of the copy and of the Secrets that servers mount. */
  private static List<Integer> bytes(Sandbox sandbox) {
    return sandbox.configs(CLUSTER).values().stream()
        .map(ServerConfigFile::text)
        .map(text -> text.getBytes(StandardCharsets.UTF_8).length)
        .toList();
  }

  private static void big(Sandbox sandbox, String name) {
    sandbox.apply(
        Manifests.serviceAccount(name), Manifests.role(name, CLUSTER, subjects(), List.of()));
  }

  private static List<String> subjects() {
    return IntStream.range(0, SUBJECTS)
        .mapToObj(i -> "%03d.".formatted(i) + "x".repeat(SUBJECT_BYTES - 4))
        .toList();
  }
}
