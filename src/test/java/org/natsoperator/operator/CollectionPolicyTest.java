package org.natsoperator.operator;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class CollectionPolicyTest {

  private static final long MIB = 1 << 20;

  private final CollectionPolicy policy = new CollectionPolicy();

  @Test
  void collectsRegularlyAfterGrowthByMoreThanTenth() {
    assertThat(policy.regular(100 * MIB, 110 * MIB)).isFalse();
    assertThat(policy.regular(100 * MIB, 111 * MIB)).isTrue();
  }

  @Test
  void collectsEarlyAfterGrowthByMoreThanHalf() {
    assertThat(policy.early(100 * MIB, 150 * MIB)).isFalse();
    assertThat(policy.early(100 * MIB, 151 * MIB)).isTrue();
  }

  @Test
  void smallHeapGrowsBy16MiBBeforeEarlyCollection() {
    assertThat(policy.early(10 * MIB, 26 * MIB)).isFalse();
    assertThat(policy.early(10 * MIB, 27 * MIB)).isTrue();
  }

  @Test
  void oneCollectionFollowsRegularOne() {
    policy.regular(100 * MIB, 111 * MIB);
    assertThat(regularlyCollected(3)).containsExactly(true, false, false);
  }

  @Test
  void twoRegularCollectionsFollowEarlyOnes() {
    policy.early(100 * MIB, 151 * MIB);
    policy.early(100 * MIB, 151 * MIB);
    policy.early(100 * MIB, 100 * MIB);
    assertThat(regularlyCollected(3)).containsExactly(true, true, false);
  }

  @Test
  void oneCollectionFollowsLastGrowth() {
    policy.early(100 * MIB, 151 * MIB);
    policy.regular(100 * MIB, 111 * MIB);
    assertThat(regularlyCollected(3)).containsExactly(true, false, false);
  }

  /** Whether each of some checks collects a heap that does not grow. */
  private List<Boolean> regularlyCollected(int checks) {
    return Stream.generate(() -> policy.regular(100 * MIB, 100 * MIB)).limit(checks).toList();
  }
}
