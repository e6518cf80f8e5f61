package org.natsoperator.admission.review;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.natsoperator.admission.inject.Pods;

class JsonProjectionTest {

  /**
   * Keeps the fields a (whole), b (its field x), c (field x of each item), d (items named one or
   * two).
   */
  private static final JsonProjection PARTS =
      JsonProjection.fields(
          Map.of(
              "a", JsonProjection.WHOLE,
              "b", JsonProjection.fields(Map.of("x", JsonProjection.WHOLE)),
              "c", JsonProjection.items(JsonProjection.fields(Map.of("x", JsonProjection.WHOLE))),
              "d", JsonProjection.named(Set.of("one", "two"))));

  @ParameterizedTest(name = "projection of {0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"a": {"y": [1, {}]}, "z": {"a": [[]]}} | {"a": {"y": [1, {}]}}
          {"z": "a", "a": "t"}                    | {"a": "t"}
          {"b": {"y": {"x": 1}, "x": {"y": 2}}}   | {"b": {"x": {"y": 2}}}
          {"c": [{"y": 1}, {"x": 2, "y": 3}]}     | {"c": [{}, {"x": 2}]}
          {"d": [{"name": "one", "v": [1]}, {"name": "no", "v": {}}, {"v": 2, "name": "two"}, {"v": 3, "name": "no"}]} | {"d": [{"name": "one", "v": [1]}, {"v": 2, "name": "two"}]}
          {"d": [{"name": "no"}]}                 | {"d": []}
          {"d": [{"v": 1}, {"name": 1}, [2], 3, null]} | {"d": [{"v": 1}, {"name": 1}, [2], 3, null]}
          {"a": null, "b": null, "c": null, "d": null} | {"a": null, "b": null, "c": null, "d": null}
          {"b": [{"y": 1}]}                       | {"b": [{"y": 1}]}
          {"c": ["s", null, true, 1.5]}           | {"c": ["s", null, true, 1.5]}
          [{"z": 1}]                              | [{"z": 1}]
          """)
  void skipsOtherFields(String text, String read) throws IOException {
    try (JsonParser json = parser(text)) {
      json.nextToken();
      assertThat((Object) PARTS.read(json)).isEqualTo(Pods.read("{\"of\":" + read + "}").get("of"));
      assertThat(json.nextToken()).isNull();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"a\": 1, \"a\": 2}",
        "{\"a\": {\"y\": 1, \"y\": 2}}",
        "{\"b\": {\"x\": 1, \"x\": null}}",
        "{\"d\": [{\"name\": \"one\", \"name\": \"two\"}]}",
        "{\"c\": {\"y\": 1}}",
        "{\"d\": \"s\"}",
        "{\"a\": 1",
        "{\"z\": {]}"
      })
  void rejectsMalformedJson(String text) throws IOException {
    try (JsonParser json = parser(text)) {
      json.nextToken();
      assertThatThrownBy(() -> read(json)).isInstanceOf(JsonProcessingException.class);
    }
  }

  @Test
  void readsOnlyUpperLevelsOfDeepValue() throws IOException {
    String deep = "[".repeat(10_000) + "]".repeat(10_000);
    try (JsonParser json = parser("{\"a\": %s, \"z\": %1$s}".formatted(deep))) {
      json.nextToken();
      JsonNode read = read(json).path("a");
      for (int i = 0; i < JsonProjection.Source.DEEPEST; i++) {
        read = read.path(0);
      }
      assertThat(read.asText()).isEqualTo(JsonProjection.Source.TOO_DEEP);
    }
  }

  @Test
  void parserKeepsNamesOfItsTextOnly() throws IOException {
    String text = "{\"name\": 1, \"name\": 2}";

    assertThat(names(text)).satisfies(names -> assertThat(names[0]).isSameAs(names[1]));
    assertThat(names(text)[0]).isNotSameAs(names(text)[0]);
  }

  @Test
  void parserKeepsNoNamesOfLongText() throws IOException {
    String spaces = " ".repeat(JsonProjection.Source.MOST_WITH_NAMES);

    assertThat(names("{\"name\": 1, \"name\": 2}" + spaces))
        .satisfies(names -> assertThat(names[0]).isNotSameAs(names[1]));
  }

  /** The first two names of an object of numbers. */
  private static String[] names(String text) throws IOException {
    try (JsonParser json = parser(text)) {
      json.nextToken();
      String first = json.nextFieldName();
      json.nextToken();
      return new String[] {first, json.nextFieldName()};
    }
  }

  private static JsonNode read(JsonParser json) throws IOException {
    return PARTS.read(json);
  }

  private static JsonParser parser(String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return JsonProjection.parser(bytes, bytes.length);
  }
}
