package org.natsoperator.validation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FieldErrorsTest {

  private final FieldErrors errors = new FieldErrors();

  @Test
  void keepsUpToMaximum() {
    addErrors(FieldErrors.MAX);

    assertThat(errors.list()).hasSize(50).last().hasToString("spec.list[49]: is wrong");
    assertThat(errors.isFull()).isFalse();
  }

  @Test
  void reportsThatThereAreMore() {
    addErrors(250_000);

    assertThat(errors.list())
        .hasSize(51)
        .last()
        .hasToString("spec: has more than 50 errors; correct these first");
    assertThat(errors.isFull()).isTrue();
  }

  private void addErrors(int number) {
    IntStream.range(0, number).forEach(i -> errors.add("spec.list[" + i + "]", "is wrong"));
  }
}
