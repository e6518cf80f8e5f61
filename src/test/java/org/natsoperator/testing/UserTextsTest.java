package org.natsoperator.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.natsoperator.config.ServerVersion;

class UserTextsTest {

  @Test
  void recognizesTextsOfJavaObjects() {
    assertThat(UserTexts.isJava("restarting a-1 (" + ServerVersion.of(2, 15, 2) + ")")).isTrue();
    assertThat(UserTexts.isJava("in " + Optional.of("team"))).isTrue();
    assertThat(UserTexts.isJava("spec.permissions.publish[0]: \"foo..bar\" has an empty token"))
        .isFalse();
    assertThat(UserTexts.isJava("spec.pod.natsEnv[0].name: must be the name of a variable"))
        .isFalse();
  }
}
