package org.natsoperator.admission.server;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.Scheduler;
import org.natsoperator.admission.review.HttpError;

/**
 * Writes replies. A reply stays in memory until its client reads it, so a client that does not read
 * loses its connection, and all large replies together have a bound.
 */
final class ReplyWriter {

  /** In bytes. The patch of a usual pod is smaller, so it needs no place. */
  private static final int SMALL = 4 << 10;

  private static final Duration LONGEST = Duration.ofSeconds(10);

  private final MemoryBudget unread = new MemoryBudget(8 << 20);

  /** Does not block. The callback completes when the reply is written. */
  void write(HttpReply reply, Request request, Response response, Callback callback) {
    try {
      int length = reply.body().length;
      int share = length > SMALL ? unread.grow(0, length) : 0;
      writeInTime(reply, request, response, Callback.from(callback, () -> unread.leave(share)));
    } catch (HttpError e) {
      writeInTime(HttpReply.of(e), request, response, callback);
    }
  }

  private static void writeInTime(
      HttpReply reply, Request request, Response response, Callback callback) {
    EndPoint client = request.getConnectionMetaData().getConnection().getEndPoint();
    Scheduler.Task end =
        request
            .getComponents()
            .getScheduler()
            .schedule(client::close, LONGEST.toMillis(), TimeUnit.MILLISECONDS);
    reply.write(response, Callback.from(callback, end::cancel));
  }
}
