package org.natsoperator.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.natsoperator.config.ServerVersion;

class SandboxTest {

  @Test
  void recognizesTextsOfJavaObjects() {
    assertThat(Sandbox.isJava("restarting a-1 (" + ServerVersion.of(2, 15, 2) + ")")).isTrue();
    assertThat(Sandbox.isJava("in " + Optional.of("team"))).isTrue();
    assertThat(Sandbox.isJava("spec.permissions.publish[0]: \"foo..bar\" has an empty token"))
        .isFalse();
    assertThat(Sandbox.isJava("spec.pod.natsEnv[0].name: must be the name of a variable"))
        .isFalse();
  }
}
