package org.natsoperator.admission.server;

import java.util.Locale;

/**
 * The media type of a request's body (RFC 9110): a type, and parameters that mean nothing for JSON.
 */
final class MediaType {

  private static final String JSON = "application/json";

  private MediaType() {}

  /** Whether it is JSON; null without the header. */
  static boolean isJson(String contentType) {
    if (contentType == null) {
      return false;
    }
    return contentType.equals(JSON)
        || contentType.split(";", 2)[0].strip().toLowerCase(Locale.ROOT).equals(JSON);
  }
}
