package org.natsoperator.role;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.natsoperator.access.Grant;
import org.natsoperator.access.Identity;
import org.natsoperator.leader.Leadership;
import org.natsoperator.role.Binding.Bound;
import org.natsoperator.role.Binding.Unbound;
import org.natsoperator.role.GrantPropagation.Propagation;
import org.natsoperator.role.GrantPropagation.Report;
import org.natsoperator.token.BoundToken;

class GrantPropagationTest {

  private static final Bound ADMIN = login("admin", ">", "token");
  private static final Bound USER = login("user", "foo", "token");
  private static final Bound USER_EDITED = login("user", "bar", "token");
  private static final Bound USER_RECREATED = login("user", "foo", "another token");
  private static final Unbound FULL = new Unbound("ConfigFull", "full");

  private final GrantPropagation grants = new GrantPropagation(new Leadership());
  private final List<Identity> notified = new ArrayList<>();

  @BeforeEach
  void listen() {
    grants.onChange(notified::add);
  }

  @Test
  void countsServersThatConfirmedLogin() {
    report(3, Set.of(ADMIN, USER), Set.of(ADMIN), Set.of());

    assertThat(grants.propagation("cluster", ADMIN))
        .isEqualTo(new Propagation(2, 3))
        .hasToString("2/3");
    assertThat(grants.propagation("cluster", USER)).isEqualTo(new Propagation(1, 3));
    assertThat(grants.propagation("cluster", USER_EDITED)).isEqualTo(new Propagation(0, 3));
  }

  /** Its clients would be rejected. */
  @Test
  void recreatedRoleIsNotInForceWithTokenOfFormerOne() {
    report(1, Set.of(USER));
    notified.clear();
    assertThat(grants.propagation("cluster", USER_RECREATED)).isEqualTo(new Propagation(0, 1));

    report(1, Set.of(USER_RECREATED));

    assertThat(grants.propagation("cluster", USER_RECREATED).everywhere()).isTrue();
    assertThat(notified).containsExactly(USER.grant().identity());
  }

  @Test
  void notifiesRoleWhoseChangeDoesNotFit() {
    report(1, Set.of(USER));
    notified.clear();
    grants.report(
        "cluster",
        new Report(
            1, true, List.of(Set.of(USER)), Map.of(), Map.of(USER.grant().identity(), "too long")));

    assertThat(notified).containsExactly(USER.grant().identity());
    assertThat(grants.propagation("cluster", USER).limit()).contains("too long");
    assertThat(grants.propagation("cluster", USER).everywhere()).isFalse();
    assertThat(grants.propagation("cluster", ADMIN).limit()).isEmpty();
  }

  @Test
  void loginIsInForceOnlyWhenAllDesiredServersConfirmed() {
    assertThat(new Propagation(3, 3).everywhere()).isTrue();
    assertThat(new Propagation(2, 3).everywhere()).isFalse();
    assertThat(new Propagation(0, 0).everywhere()).isFalse();
  }

  @Test
  void hasNoDataOfOtherCluster() {
    report(1, Set.of(ADMIN));

    assertThat(grants.propagation("other", ADMIN))
        .isEqualTo(new Propagation(0, 0, false, Optional.empty()));
    assertThat(grants.propagation("other", ADMIN).isReported()).isFalse();
    assertThat(grants.propagation("cluster", ADMIN).isReported()).isTrue();
  }

  @Test
  void clusterWithoutAnswerOfEachServerIsNotReported() {
    grants.report("cluster", new Report(2, false, List.of(Set.of(ADMIN)), Map.of(), Map.of()));

    assertThat(grants.propagation("cluster", ADMIN)).hasToString("1/2");
    assertThat(grants.propagation("cluster", ADMIN).isReported()).isFalse();
  }

  @Test
  void notifiesRolesWhoseCountChanged() {
    report(2, Set.of(ADMIN), Set.of(ADMIN));
    notified.clear();

    report(2, Set.of(ADMIN, USER), Set.of(ADMIN));

    assertThat(notified).containsExactly(USER.grant().identity());
  }

  @Test
  void notifiesEditedRoleOnce() {
    report(1, Set.of(ADMIN, USER));
    notified.clear();

    report(1, Set.of(ADMIN, USER_EDITED));

    assertThat(notified).containsExactly(USER.grant().identity());
  }

  @Test
  void notifiesRoleOfRemovedLogin() {
    report(1, Set.of(ADMIN, USER));
    notified.clear();

    report(1, Set.of(ADMIN));

    assertThat(notified).containsExactly(USER.grant().identity());
  }

  @Test
  void notifiesNoRoleIfNothingChanged() {
    report(2, Set.of(ADMIN), Set.of(ADMIN, USER));
    notified.clear();

    report(2, Set.of(ADMIN, USER), Set.of(ADMIN));

    assertThat(notified).isEmpty();
  }

  @Test
  void notifiesEveryRoleWhenServerCountChanges() {
    report(1, Set.of(ADMIN, USER));
    notified.clear();

    report(2, Set.of(ADMIN, USER));

    assertThat(notified)
        .containsExactlyInAnyOrder(ADMIN.grant().identity(), USER.grant().identity());
  }

  @Test
  void notifiesRoleWhenItIsOmittedAndWhenItReturns() {
    omit(Map.of(USER.grant().identity(), FULL));
    assertThat(grants.leftOut("cluster", USER.grant().identity())).contains(FULL);

    omit(Map.of(USER.grant().identity(), FULL));
    omit(Map.of());

    assertThat(grants.leftOut("cluster", USER.grant().identity())).isEmpty();
    assertThat(notified).containsExactly(USER.grant().identity(), USER.grant().identity());
  }

  @Test
  void removesDeletedCluster() {
    report(1, Set.of(ADMIN));

    grants.forget("cluster");

    assertThat(grants.propagation("cluster", ADMIN))
        .isEqualTo(new Propagation(0, 0, false, Optional.empty()));
  }

  @SafeVarargs
  private void report(int wanted, Set<Bound>... servers) {
    grants.report("cluster", new Report(wanted, true, List.of(servers), Map.of(), Map.of()));
  }

  private void omit(Map<Identity, Unbound> omitted) {
    grants.report("cluster", new Report(1, true, List.of(), omitted, Map.of()));
  }

  private static Bound login(String account, String subject, String token) {
    Grant grant =
        new Grant(
            new Identity("nats-io", account),
            account,
            List.of(subject),
            List.of(),
            Optional.empty());
    return new Bound(grant, new BoundToken(token));
  }
}
