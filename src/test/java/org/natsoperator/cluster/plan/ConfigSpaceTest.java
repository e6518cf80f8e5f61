package org.natsoperator.cluster.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.natsoperator.access.Grant;
import org.natsoperator.access.Identity;
import org.natsoperator.config.ServerUser;
import org.natsoperator.role.Binding.Bound;
import org.natsoperator.role.Binding.Unbound;
import org.natsoperator.testing.Clusters;
import org.natsoperator.token.BoundToken;

class ConfigSpaceTest {

  /** They leave some 36 KB. */
  static final List<Bound> NOISE =
      IntStream.range(0, 15).mapToObj(i -> login("noise-" + i, 64_000)).toList();

  @Test
  void readsPreviousUsersOnlyIfNotAllRolesFit() {
    List<Bound> logins = List.of(login("a", 10), login("b", 65_000));

    assertThat(
            ConfigSpace.of(
                    logins,
                    () -> {
                      throw new AssertionError();
                    })
                .logins())
        .isEqualTo(logins);
  }

  @Test
  void growingRoleTakesNoLoginAway() {
    Bound before = login("old", 10);
    List<Bound> others = new ArrayList<>(NOISE);
    IntStream.range(0, 20).forEach(i -> others.add(login("small-" + i, 10)));
    Map<String, ServerUser> previous = users(others);
    previous.put("old", user(before));
    Bound grown = login("old", 65_000);

    ConfigSpace space = ConfigSpace.of(with(grown, others), () -> previous);

    assertThat(space.logins()).containsAll(others).hasSize(36);
    assertThat(space.unbound()).isEmpty();
    assertThat(space.limited()).containsOnlyKeys(grown.grant().identity());
    assertThat(space.limited().values()).allMatch(text -> text.contains("1 MiB; delete roles"));
  }

  @Test
  void revocationTakesEffectWithChangeThatDoesNotFit() {
    Map<String, ServerUser> previous = users(NOISE);
    previous.put("old", new ServerUser("old", "t", List.of("kept", "revoked"), List.of("a", "b")));
    List<String> wanted = new ArrayList<>(List.of("kept"));
    IntStream.range(0, 1000).forEach(i -> wanted.add("x".repeat(50) + i));

    Grant granted = granted(login("old", wanted, List.of("b", "c")), previous);
    assertThat(granted.publish()).containsExactly("kept");
    assertThat(granted.subscribe()).containsExactly("b");

    assertThat(granted(login("old", wanted, List.of()), previous).subscribe())
        .as("allows nothing")
        .isEmpty();
  }

  @Test
  void withoutGrowthUsersOnlyLoseRights() {
    Map<String, ServerUser> previous = new HashMap<>();
    previous.put("old", new ServerUser("old", "t", List.of("kept", "revoked"), List.of()));
    Bound edited = login("old", List.of("kept", "added"), List.of());
    Bound unchanged = login("same", 10);
    previous.put("same", user(unchanged));
    Bound added = login("new", 10);

    ConfigSpace space =
        ConfigSpace.withoutGrowth(
            List.of(edited, unchanged, added), previous, new Unbound("reason", "message"));

    assertThat(space.logins()).containsExactly(login("old", List.of("kept"), List.of()), unchanged);
    assertThat(space.limited()).containsOnlyKeys(edited.grant().identity());
    assertThat(space.limited().values()).allMatch(text -> text.endsWith("message"));
    assertThat(space.unbound())
        .isEqualTo(Map.of(added.grant().identity(), new Unbound("reason", "message")));
  }

  @Test
  void newRoleWaitsForSpaceAndOldestComesFirst() {
    Map<String, ServerUser> previous = users(NOISE);
    List<Bound> logins = with(login("new-1", 30_000), NOISE);
    logins.add(login("new-2", 30_000));
    logins.add(login("new-3", 100));

    ConfigSpace space = ConfigSpace.of(logins, () -> previous);

    assertThat(space.logins()).extracting(login -> login.grant().user()).contains("new-1", "new-3");
    assertThat(space.unbound())
        .containsOnlyKeys(identity("new-2"))
        .allSatisfy(
            (role, unbound) -> assertThat(unbound.reason()).as("%s", role).isEqualTo("ConfigFull"));
    assertThat(space.limited()).isEmpty();
  }

  @Test
  void roleAboveItsMaximumIsLimitedAlthoughSpaceIsFree() {
    Bound huge = login("huge", 65_537);

    assertThat(ConfigSpace.of(List.of(huge), Map::of).unbound().get(identity("huge")).message())
        .contains("65536 bytes");
    ConfigSpace grown = ConfigSpace.of(List.of(huge), () -> users(List.of(login("huge", 5))));
    assertThat(grown.logins()).hasSize(1);
    assertThat(grown.limited().get(identity("huge"))).contains("65536 bytes");
    assertThat(ConfigSpace.of(List.of(huge), () -> users(List.of(huge))).logins())
        .as("in force since an older version")
        .containsExactly(huge);
  }

  @Test
  void longerTokensOfFullClusterDisconnectNoClient() {
    List<Bound> logins = new ArrayList<>(NOISE);
    IntStream.range(0, 25).forEach(i -> logins.add(login("small-" + i, 10)));
    Map<String, ServerUser> previous = users(logins);
    List<Bound> rotated =
        logins.stream()
            .map(old -> new Bound(old.grant(), new BoundToken("t".repeat(1000))))
            .toList();

    assertThat(ConfigSpace.of(rotated, () -> previous).logins()).isEqualTo(rotated);
  }

  /** Random edits: each result is the previous configuration of the next one. */
  @Test
  void neverAddsMoreThanSpecAndNeverRemovesRoleInForce() {
    Random random = new Random(9);
    Map<String, ServerUser> previous = new HashMap<>();
    int limited = 0;
    for (int round = 0; round < 60; round++) {
      List<Bound> logins =
          IntStream.range(0, 25)
              .mapToObj(i -> login("role-" + i, subjects(random), subjects(random)))
              .toList();
      ConfigSpace space = ConfigSpace.of(logins, () -> previous);
      for (Bound login : logins) {
        String user = login.grant().user();
        ServerUser before = previous.get(user);
        List<Bound> now =
            space.logins().stream().filter(other -> other.grant().user().equals(user)).toList();
        assertThat(now.size() + (space.unbound().containsKey(identity(user)) ? 1 : 0)).isEqualTo(1);
        assertThat(before == null || now.size() == 1).as("%s keeps its login", user).isTrue();
        if (space.limited().containsKey(identity(user))) {
          limited++;
          assertThat(before.publish()).containsAll(now.getFirst().grant().publish());
          assertThat(login.grant().publish()).containsAll(now.getFirst().grant().publish());
        } else if (!now.isEmpty()) {
          assertThat(now).containsExactly(login);
        }
      }
      previous.clear();
      previous.putAll(users(space.logins()));
    }
    assertThat(limited).isPositive();
  }

  static Grant granted(Bound first, Map<String, ServerUser> previous) {
    return ConfigSpace.of(with(first, NOISE), () -> previous).logins().getFirst().grant();
  }

  private static List<String> subjects(Random random) {
    return IntStream.range(0, random.nextInt(500))
        .mapToObj(i -> "%03d".formatted(random.nextInt(1000)) + "x".repeat(120))
        .distinct()
        .toList();
  }

  private static List<Bound> with(Bound first, List<Bound> others) {
    List<Bound> logins = new ArrayList<>(List.of(first));
    logins.addAll(others);
    return logins;
  }

  static Map<String, ServerUser> users(List<Bound> logins) {
    Map<String, ServerUser> users = new HashMap<>();
    logins.forEach(login -> users.put(login.grant().user(), user(login)));
    return users;
  }

  private static ServerUser user(Bound login) {
    Grant grant = login.grant();
    return new ServerUser(grant.user(), "token", grant.publish(), grant.subscribe());
  }

  static Bound login(String name, int bytes) {
    return login(name, List.of("x".repeat(bytes)), List.of());
  }

  private static Bound login(String name, List<String> publish, List<String> subscribe) {
    return new Bound(
        new Grant(identity(name), name, publish, subscribe, Optional.empty()),
        new BoundToken("token"));
  }

  private static Identity identity(String name) {
    return new Identity(Clusters.NAMESPACE, name);
  }
}
