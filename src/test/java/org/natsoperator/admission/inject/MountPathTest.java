package org.natsoperator.admission.inject;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MountPathTest {

  @Test
  void resolvesDotsAndTheLinkOfRun() {
    assertThat(MountPath.canonical("/var/run/./a/../secrets/")).isEqualTo("/run/secrets");
    assertThat(MountPath.canonical("/../a//b")).isEqualTo("/a/b");
  }

  /** Anyone can send a review of some MB. */
  @Test
  void doesNotSplitPathThatNoContainerCanMount() {
    String longest = "/a".repeat(2_048);

    assertThat(MountPath.shortest(longest + "/..")).isEqualTo(longest + "/..");
    assertThat(MountPath.shortest(longest)).isEqualTo(longest);
    assertThat(MountPath.shortest("/b/.." + "/a".repeat(2_000))).isEqualTo("/a".repeat(2_000));
  }
}
