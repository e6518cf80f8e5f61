package org.natsoperator.admission;

/**
 * A request that gets no verdict: the HTTP status, and a message without anything of the request's
 * content.
 */
final class HttpError extends Exception {

  static final int BAD_REQUEST = 400;
  static final int NOT_FOUND = 404;
  static final int METHOD_NOT_ALLOWED = 405;
  static final int TIMEOUT = 408;
  static final int TOO_LARGE = 413;
  static final int UNSUPPORTED_TYPE = 415;
  static final int FAULT = 500;
  static final int BUSY = 503;

  private final int status;

  HttpError(int status, String message) {
    super(message, null, false, false);
    this.status = status;
  }

  static HttpError tooLarge() {
    return new HttpError(TOO_LARGE, "the body has more than 7 MiB");
  }

  static HttpError tooSlow() {
    return new HttpError(TIMEOUT, "the body came too slowly");
  }

  int status() {
    return status;
  }
}
