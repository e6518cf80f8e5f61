package org.natsoperator.cluster.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.natsoperator.cluster.plan.ConfigSpaceTest.NOISE;
import static org.natsoperator.cluster.plan.ConfigSpaceTest.granted;
import static org.natsoperator.cluster.plan.ConfigSpaceTest.login;
import static org.natsoperator.cluster.plan.ConfigSpaceTest.users;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.natsoperator.access.Grant;
import org.natsoperator.api.AllowResponses;
import org.natsoperator.api.Permissions;
import org.natsoperator.config.ServerUser;
import org.natsoperator.role.Binding.Bound;
import org.natsoperator.token.BoundToken;

/** The space of the configuration with private inboxes and the permission to reply. */
class ConfigSpaceOfRepliesTest {

  /** Before an upgrade to this version, users have no private inbox. */
  @Test
  void privateInboxesOfFullClusterTakeNoLoginAway() {
    List<Bound> logins = new ArrayList<>(NOISE);
    IntStream.range(0, 140).forEach(i -> logins.add(login("small-" + i, 10)));
    Map<String, ServerUser> previous = users(logins);
    List<Bound> withInbox =
        logins.stream().map(Bound::grant).map(ConfigSpaceOfRepliesTest::withInbox).toList();

    ConfigSpace space = ConfigSpace.of(withInbox, () -> previous);

    assertThat(ConfigSpace.of(logins, Map::of).unbound()).as("the cluster is full").isEmpty();
    assertThat(space.unbound()).isEmpty();
    assertThat(space.limited()).isNotEmpty();
    assertThat(space.logins()).hasSameSizeAs(logins);
    assertThat(space.logins())
        .allSatisfy(
            login -> {
              boolean limited = space.limited().containsKey(login.grant().identity());
              assertThat(login.grant().subscribe()).hasSize(limited ? 0 : 1);
              assertThat(login.grant().publish()).hasSize(1);
            });
  }

  @Test
  void privateInboxIsNoPartOfTheMaximumOfRole() {
    Bound largest = withInbox(login("a", 65_536).grant());
    Bound tooLarge = withInbox(login("a", 65_537).grant());

    assertThat(ConfigSpace.of(List.of(largest), Map::of).logins()).containsExactly(largest);
    assertThat(ConfigSpace.of(List.of(tooLarge), Map::of).logins()).isEmpty();
  }

  @Test
  void changeThatDoesNotFitKeepsCommonPartOfResponses() {
    Map<String, ServerUser> previous = users(NOISE);
    previous.put("old", responder(new AllowResponses(5, 60)));
    Grant grown = login("old", 65_000).grant();

    assertThat(granted(withResponses(grown, new AllowResponses(2, 120)), previous).responses())
        .contains(new AllowResponses(2, 60));
    assertThat(granted(login("old", 65_000), previous).responses()).isEmpty();
    previous.put("old", responder(null));
    assertThat(granted(withResponses(grown, new AllowResponses(2, 120)), previous).responses())
        .isEmpty();
  }

  private static Bound withInbox(Grant grant) {
    return new Bound(
        Grant.of(
            grant.identity(), grant.user(), new Permissions(grant.publish(), grant.subscribe())),
        new BoundToken("token"));
  }

  private static Bound withResponses(Grant grant, AllowResponses responses) {
    return new Bound(
        new Grant(
            grant.identity(),
            grant.user(),
            grant.publish(),
            grant.subscribe(),
            Optional.of(responses)),
        new BoundToken("token"));
  }

  private static ServerUser responder(AllowResponses responses) {
    return new ServerUser("old", "t", List.of(), List.of(), Optional.ofNullable(responses));
  }
}
