package org.natsoperator.validation;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FieldErrorTest {

  /** The answer to a review contains each twice. */
  @Test
  void textsOfUsersAreCut() {
    FieldError error = new FieldError("a".repeat(1_000_000), "b".repeat(1_000_000));

    assertThat(error.field()).hasSize(401).endsWith("a…");
    assertThat(error.message()).hasSize(2_001).endsWith("b…");
  }
}
