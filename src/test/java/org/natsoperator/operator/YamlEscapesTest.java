package org.natsoperator.operator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;

class YamlEscapesTest {

  private final ObjectMapper mapper = KubernetesConfiguration.mapper();

  @Test
  void escapesCharactersThatYamlDoesNotPermit() throws JsonProcessingException {
    String text = "a\u007f\u0080\u0085\u009f\u2028\ufeff\uffff";

    assertThat(mapper.writeValueAsString(text))
        .isEqualTo("\"a\\u007F\\u0080\\u0085\\u009f\\u2028\\ufeff\\uffff\"")
        .isASCII();
    assertThat(mapper.readValue(mapper.writeValueAsString(text), String.class)).isEqualTo(text);
  }

  /** YAML has no escapes for halves of a character. */
  @Test
  void keepsOtherCharacters() throws JsonProcessingException {
    assertThat(mapper.writeValueAsString("é\u00a0\ud83d\ude00"))
        .isEqualTo("\"é\u00a0\ud83d\ude00\"");
  }
}
