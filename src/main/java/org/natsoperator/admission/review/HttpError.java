package org.natsoperator.admission.review;

/** A request fails with an HTTP status. The message does not quote the request. */
public final class HttpError extends Exception {

  public static final int BAD_REQUEST = 400;
  public static final int NOT_FOUND = 404;
  public static final int METHOD_NOT_ALLOWED = 405;
  static final int TIMEOUT = 408;
  static final int TOO_LARGE = 413;
  public static final int UNSUPPORTED_TYPE = 415;
  public static final int FAULT = 500;
  public static final int BUSY = 503;

  private final int status;

  public HttpError(int status, String message) {
    super(message, null, false, false);
    this.status = status;
  }

  /** The body is larger than an AdmissionReview may be (413). */
  public static HttpError tooLarge() {
    return new HttpError(TOO_LARGE, "the body is larger than 7 MiB; use a smaller object");
  }

  /** The body did not arrive in time (408). */
  public static HttpError tooSlow() {
    return new HttpError(TIMEOUT, "the body arrived too slowly");
  }

  /** The HTTP status code. */
  public int status() {
    return status;
  }
}
