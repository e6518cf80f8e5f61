package org.natsoperator.admission;

import java.io.IOException;
import java.io.InputStream;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.natsoperator.role.Problem;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;

/**
 * Turns one HTTP request into a verdict. 4xx is the caller's fault, 5xx ours: then the webhook's
 * failurePolicy decides. No answer holds a stack trace or anything of the object but what the
 * reviewer says.
 */
@Component
class WebhookEndpoint {

  private static final Logger LOG = LoggerFactory.getLogger(WebhookEndpoint.class);

  /** An API server sends a body at once; who does not is in the way of others. */
  private static final Duration LONGEST_BODY = Duration.ofSeconds(2);

  /** In bytes: of a body that nobody reads, and at a time. */
  private static final int SWALLOWED = 64 << 20;

  private static final int PIECE = 16 << 10;

  /** In bytes of text. */
  static final int TREES = 2 << 20;

  private final Map<String, Reviewer> reviewers;
  private final WebhookMeters meters;
  private final Clock clock;

  /**
   * Who finds none must not wait: on an HTTP/2 connection the requests that are not read keep those
   * from arriving that are.
   */
  private final RoomForBodies arriving = new RoomForBodies(8 << 20);

  /**
   * A tree of small values takes up to 25 times the bytes of its text, so without a bound a few
   * hostile requests would end the operator.
   */
  private final RoomForBodies trees = new RoomForBodies(TREES);

  @Autowired
  WebhookEndpoint(ListableBeanFactory beans, WebhookMeters meters, Clock clock) {
    this(beans.getBeansOfType(Reviewer.class), meters, clock);
  }

  /** By path. */
  WebhookEndpoint(Map<String, Reviewer> reviewers, WebhookMeters meters, Clock clock) {
    this.reviewers = Map.copyOf(reviewers);
    this.meters = meters;
    this.clock = clock;
  }

  /** Answers, and calls back when the answer is written. */
  void handle(Request request, Response response, Callback callback) {
    String path = path(request);
    Reviewer reviewer = reviewers.get(path);
    if (reviewer == null) {
      reject(request, new Rejection(Rejection.NOT_FOUND, "no webhook is here"))
          .write(response, callback);
      return;
    }
    long start = System.nanoTime();
    Handled handled = handle(request, reviewer);
    handled.reply.write(response, callback);
    meters.count(
        path, handled.operation, handled.result, Duration.ofNanos(System.nanoTime() - start));
    meters.denied(path, handled.problems);
  }

  /** As it came, without the slash. */
  private static String path(Request request) {
    String path = request.getHttpURI().getPath();
    return path != null && path.startsWith("/") ? path.substring(1) : "";
  }

  private Handled handle(Request request, Reviewer reviewer) {
    try {
      check(request);
      return judge(request, reviewer);
    } catch (Rejection e) {
      return Handled.without(
          reject(request, e), "", e.status() == Rejection.BUSY ? "shed" : "rejected");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Handled.without(
          reject(request, new Rejection(Rejection.BUSY, "shutting down")), "", "shed");
    }
  }

  private static void check(Request request) throws Rejection {
    if (!request.getMethod().equals("POST")) {
      throw new Rejection(Rejection.METHOD_NOT_ALLOWED, "only POST is answered");
    }
    if (!MediaType.isJson(request.getHeaders().get(HttpHeader.CONTENT_TYPE))) {
      throw new Rejection(Rejection.UNSUPPORTED_TYPE, "Content-Type must be application/json");
    }
    if (request.getLength() > ReviewReader.LARGEST) {
      throw new Rejection(Rejection.TOO_LARGE, "the body has more than 7 MiB");
    }
  }

  private Handled judge(Request request, Reviewer reviewer) throws Rejection, InterruptedException {
    Duration timeout = RequestTimeout.of(request.getHttpURI().getQuery());
    Instant deadline = clock.instant().plus(timeout);
    try (Share share = new Share()) {
      BoundedBody body = body(request, share);
      // Half of the time, since the review itself wants some too.
      int tree = trees.enter(body.length(), timeout.dividedBy(2));
      try {
        Review review = ReviewReader.read(body.bytes(), body.length(), reviewer.parts());
        return judge(review, deadline, reviewer);
      } finally {
        trees.leave(tree);
      }
    }
  }

  private BoundedBody body(Request request, Share share) throws Rejection, InterruptedException {
    Instant end = clock.instant().plus(LONGEST_BODY);
    try {
      return BoundedBody.read(
          Content.Source.asInputStream(request),
          request.getLength(),
          share::grow,
          () -> clock.instant().isAfter(end));
    } catch (IOException e) {
      throw e.getCause() instanceof TimeoutException
          ? new Rejection(Rejection.TIMEOUT, "the body came too slowly")
          : new Rejection(Rejection.BAD_REQUEST, "the body ended too early");
    }
  }

  /** Whatever a reviewer throws: an error too must not take a thread, let alone the operator. */
  private static Handled judge(Review review, Instant deadline, Reviewer reviewer) {
    try {
      Answer verdict =
          ScopedValue.where(Reviewer.DEADLINE, deadline).call(() -> reviewer.review(review));
      Reply reply = Reply.json(AnswerWriter.write(review, verdict));
      return new Handled(reply, review.operation(), result(verdict), verdict.problems());
    } catch (RuntimeException | StackOverflowError e) {
      LOG.error(
          "Could not review {} {} in {}", review.kind(), review.name(), review.namespace(), e);
      Rejection fault =
          new Rejection(Rejection.FAULT, "internal error; the operator's log says more");
      return Handled.without(Reply.of(fault), review.operation(), "failed");
    }
  }

  private static String result(Answer answer) {
    if (!answer.isAllowed()) {
      return "refused";
    }
    return answer.patch().isEmpty() ? "allowed" : "patched";
  }

  /** Who still sends hears nothing, so the rest is taken in first; not if it comes too slowly. */
  private Reply reject(Request request, Rejection rejection) {
    if (rejection.status() != Rejection.TIMEOUT) {
      swallow(request);
    }
    return Reply.of(rejection);
  }

  private void swallow(Request request) {
    Instant end = clock.instant().plus(LONGEST_BODY);
    byte[] piece = new byte[PIECE];
    try {
      InputStream body = Content.Source.asInputStream(request);
      int left = SWALLOWED;
      int read;
      while (left > 0 && clock.instant().isBefore(end) && (read = body.read(piece)) >= 0) {
        left -= read;
      }
    } catch (IOException e) {
      // Whoever is gone hears nothing.
    }
  }

  /** Of the room for bodies that arrive, as much as one takes. */
  private final class Share implements AutoCloseable {

    private int bytes;

    void grow(int length) throws Rejection, InterruptedException {
      bytes = arriving.grow(bytes, length);
    }

    @Override
    public void close() {
      if (bytes > 0) {
        arriving.leave(bytes);
      }
    }
  }

  private record Handled(Reply reply, String operation, String result, List<Problem> problems) {

    static Handled without(Reply reply, String operation, String result) {
      return new Handled(reply, operation, result, List.of());
    }
  }
}
