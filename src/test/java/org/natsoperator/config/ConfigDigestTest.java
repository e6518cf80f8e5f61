package org.natsoperator.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigDigestTest {

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "keys are sorted, at every depth        | {\"b\": {\"y\": 1, \"x\": 2}, \"a\": 3} |"
            + " {\"a\":3,\"b\":{\"x\":2,\"y\":1}}",
        "keys inside lists are sorted           | {\"a\": [{\"y\": 1, \"x\": 2}]}         |"
            + " {\"a\":[{\"x\":2,\"y\":1}]}",
        "lists keep their order                 | {\"a\": [\"z\", \"b\"]}                 |"
            + " {\"a\":[\"z\",\"b\"]}",
        "<, > and & are escaped                 | {\"a\": \"<b>&\"}                       |"
            + " {\"a\":\"\\u003cb\\u003e\\u0026\"}",
        "<, > and & in keys are escaped         | {\"<\": 1}                              |"
            + " {\"\\u003c\":1}",
        "dollars, slashes and quotes as in JSON | {\"$SYS\": \"/\\\"\\\\\"}               |"
            + " {\"$SYS\":\"/\\\"\\\\\"}",
        "other letters stay                     | {\"a\": \"größe 温度 😀\"}              |"
            + " {\"a\":\"größe 温度 😀\"}",
        "booleans and numbers stay              | {\"a\": true, \"b\": 4222}              |"
            + " {\"a\":true,\"b\":4222}"
      })
  void isDigestOfCanonicalJsonOfGo(String description, String config, String canonical)
      throws JsonProcessingException {
    assertThat(ConfigDigest.canonical(new ObjectMapper().readTree(config)))
        .as(description)
        .isEqualTo(canonical + "\n");
  }

  @ParameterizedTest(name = "line separator {0} is escaped")
  @CsvSource({"2028", "2029"})
  void lineSeparatorsAreEscaped(String code) {
    String separator = Character.toString(Integer.parseInt(code, 16));

    assertThat(ConfigDigest.canonical(new ObjectMapper().createObjectNode().put("a", separator)))
        .isEqualTo("{\"a\":\"\\u%s\"}\n".formatted(code));
  }
}
