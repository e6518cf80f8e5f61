package org.natsoperator.admission.server;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.natsoperator.admission.review.HttpError;

/** An HTTP response. */
record HttpReply(int status, String type, byte[] body) {

  /** An admission response. */
  static HttpReply json(byte[] response) {
    return new HttpReply(200, "application/json", response);
  }

  /** The message of the error as text. */
  static HttpReply of(HttpError error) {
    byte[] message = error.getMessage().getBytes(StandardCharsets.UTF_8);
    return new HttpReply(error.status(), "text/plain;charset=utf-8", message);
  }

  /** Does not block. The callback completes when the response is written. */
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
