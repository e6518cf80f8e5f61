package org.natsoperator.decoding;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class UntrustedJsonTest {

  private static final byte[] TEXT = "{\"name\": 1}".getBytes(StandardCharsets.UTF_8);

  /** A table of names would contain the same string for both. */
  @Test
  void parsersShareNoNames() throws IOException {
    JsonFactory json = UntrustedJson.factory().build();

    assertThat(name(json)).isEqualTo("name").isNotSameAs(name(json));
  }

  private static String name(JsonFactory json) throws IOException {
    try (JsonParser parser = json.createParser(TEXT)) {
      parser.nextToken();
      return parser.nextFieldName();
    }
  }
}
