package org.natsoperator.decoding;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.databind.ObjectMapper;

/** Parsers of JSON that users, clients or servers wrote. */
public final class UntrustedJson {

  private UntrustedJson() {}

  /**
   * Without the table of field names: Jackson keeps thousands of them, of any length, for the other
   * parsers of the factory.
   */
  public static JsonFactoryBuilder factory() {
    return new JsonFactoryBuilder().disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES);
  }

  /** A mapper with the default limits of Jackson. */
  public static ObjectMapper mapper() {
    return new ObjectMapper(factory().build());
  }
}
