package org.natsoperator.admission.review;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class AdmissionWarningsTest {

  @Test
  void removesDuplicatesAndTruncatesLongWarnings() {
    AdmissionWarnings warnings = new AdmissionWarnings();
    warnings.add("100 %");
    warnings.add("%d %%", 100);
    warnings.add("x".repeat(120));
    warnings.add("y".repeat(121));

    assertThat(warnings.all()).containsExactly("100 %", "x".repeat(120), "y".repeat(119) + "…");
  }

  @Test
  void limitsNumberOfWarnings() {
    AdmissionWarnings warnings = new AdmissionWarnings();
    IntStream.range(0, 33).forEach(i -> warnings.add("warning %d", i));

    assertThat(warnings.all())
        .hasSize(31)
        .startsWith("warning 0")
        .endsWith("warning 29", "further warnings are not shown");
  }
}
