package org.natsoperator.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EventsTest {

  @ParameterizedTest
  @ValueSource(strings = {"a", "\u0085", "\u2028", "\ud83d\ude00", "a\ud83d\ude00"})
  void shortensNoteToBytesThatApiServerAccepts(String text) {
    String shortened = Events.shortened(text.repeat(1_000) + "x".repeat(1_000));

    assertThat(shortened.getBytes(StandardCharsets.UTF_8)).hasSizeBetween(1018, 1024);
    assertThat(shortened).startsWith(text).endsWith("…").doesNotContain("?");
  }

  @Test
  void keepsShortNote() {
    assertThat(Events.shortened("é".repeat(512))).isEqualTo("é".repeat(512));
  }
}
