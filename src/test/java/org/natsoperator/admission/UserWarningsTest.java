package org.natsoperator.admission;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class UserWarningsTest {

  @Test
  void eachIsSaidOnceAndNoneIsTooLong() {
    UserWarnings warnings = new UserWarnings();
    warnings.add("100 %");
    warnings.add("%d %%", 100);
    warnings.add("x".repeat(120));
    warnings.add("y".repeat(121));

    assertThat(warnings.all()).containsExactly("100 %", "x".repeat(120), "y".repeat(119) + "…");
  }
}
