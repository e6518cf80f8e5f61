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
import org.natsoperator.role.Binding.Unbound;
import org.natsoperator.role.GrantPropagation.Propagation;
import org.natsoperator.role.GrantPropagation.Report;

class GrantPropagationTest {

  private static final Grant ADMIN = grant("admin", ">");
  private static final Grant USER = grant("user", "foo");
  private static final Grant USER_EDITED = grant("user", "bar");
  private static final Unbound FULL = new Unbound("ConfigFull", "full");

  private final GrantPropagation grants = new GrantPropagation(new Leadership());
  private final List<Identity> notified = new ArrayList<>();

  @BeforeEach
  void listen() {
    grants.onChange(notified::add);
  }

  @Test
  void countsServersThatConfirmedGrant() {
    report(3, Set.of(ADMIN, USER), Set.of(ADMIN), Set.of());

    assertThat(grants.propagation("cluster", ADMIN))
        .isEqualTo(new Propagation(2, 3))
        .hasToString("2/3");
    assertThat(grants.propagation("cluster", USER)).isEqualTo(new Propagation(1, 3));
    assertThat(grants.propagation("cluster", USER_EDITED)).isEqualTo(new Propagation(0, 3));
  }

  @Test
  void notifiesRoleWhoseChangeDoesNotFit() {
    report(1, Set.of(USER));
    notified.clear();
    grants.report(
        "cluster",
        new Report(1, true, List.of(Set.of(USER)), Map.of(), Map.of(USER.identity(), "too long")));

    assertThat(notified).containsExactly(USER.identity());
    assertThat(grants.propagation("cluster", USER).limit()).contains("too long");
    assertThat(grants.propagation("cluster", USER).everywhere()).isFalse();
    assertThat(grants.propagation("cluster", ADMIN).limit()).isEmpty();
  }

  @Test
  void grantIsInForceOnlyWhenAllDesiredServersConfirmed() {
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

    assertThat(notified).containsExactly(USER.identity());
  }

  @Test
  void notifiesEditedRoleOnce() {
    report(1, Set.of(ADMIN, USER));
    notified.clear();

    report(1, Set.of(ADMIN, USER_EDITED));

    assertThat(notified).containsExactly(USER.identity());
  }

  @Test
  void notifiesRoleOfRemovedGrant() {
    report(1, Set.of(ADMIN, USER));
    notified.clear();

    report(1, Set.of(ADMIN));

    assertThat(notified).containsExactly(USER.identity());
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

    assertThat(notified).containsExactlyInAnyOrder(ADMIN.identity(), USER.identity());
  }

  @Test
  void notifiesRoleWhenItIsOmittedAndWhenItReturns() {
    omit(Map.of(USER.identity(), FULL));
    assertThat(grants.leftOut("cluster", USER.identity())).contains(FULL);

    omit(Map.of(USER.identity(), FULL));
    omit(Map.of());

    assertThat(grants.leftOut("cluster", USER.identity())).isEmpty();
    assertThat(notified).containsExactly(USER.identity(), USER.identity());
  }

  @Test
  void removesDeletedCluster() {
    report(1, Set.of(ADMIN));

    grants.forget("cluster");

    assertThat(grants.propagation("cluster", ADMIN))
        .isEqualTo(new Propagation(0, 0, false, Optional.empty()));
  }

  @SafeVarargs
  private void report(int wanted, Set<Grant>... servers) {
    grants.report("cluster", new Report(wanted, true, List.of(servers), Map.of(), Map.of()));
  }

  private void omit(Map<Identity, Unbound> omitted) {
    grants.report("cluster", new Report(1, true, List.of(), omitted, Map.of()));
  }

  private static Grant grant(String account, String subject) {
    return new Grant(
        new Identity("nats-io", account), account, List.of(subject), List.of(), Optional.empty());
  }
}
