package org.natsoperator.admission.server;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.natsoperator.admission.review.HttpError;

/** What goes back by HTTP: status, media type and body. */
record HttpReply(int status, String type, byte[] body) {

  private static final int OK = 200;

  /** A verdict. */
  static HttpReply json(byte[] response) {
    return new HttpReply(OK, "application/json", response);
  }

  /** Its reason, as text. */
  static HttpReply of(HttpError rejection) {
    return new HttpReply(
        rejection.status(),
        "text/plain;charset=utf-8",
        rejection.getMessage().getBytes(StandardCharsets.UTF_8));
  }

  /** Does not wait: the callback hears when it is written. */
  void write(Response response, Callback callback) {
    response.setStatus(status);
    response.getHeaders().put(HttpHeader.CONTENT_TYPE, type);
    response.getHeaders().put(HttpHeader.CONTENT_LENGTH, body.length);
    if (status == HttpError.METHOD_NOT_ALLOWED) {
      response.getHeaders().put(HttpHeader.ALLOW, "POST");
    }
    response.write(true, ByteBuffer.wrap(body), callback);
  }
}
