package org.natsoperator.admission;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.eclipse.jetty.http.HttpHeader;
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

  /** Answers when the body is there, and calls back when the answer is written. */
  void handle(Request request, Response response, Callback callback) {
    Exchange exchange = new Exchange(request, response, callback);
    BoundedBody body = new BoundedBody(request.getLength(), exchange::grow);
    Instant end = clock.instant().plus(LONGEST_BODY);
    BodyReader reader = new BodyReader(request, body, () -> clock.instant().isAfter(end), exchange);
    try {
      check(request, exchange.reviewer);
      reader.run();
    } catch (Rejection e) {
      reader.discard(e);
    }
  }

  /** As it came, without the slash. */
  private static String path(Request request) {
    String path = request.getHttpURI().getPath();
    return path != null && path.startsWith("/") ? path.substring(1) : "";
  }

  private static void check(Request request, Reviewer reviewer) throws Rejection {
    if (reviewer == null) {
      throw new Rejection(Rejection.NOT_FOUND, "no webhook is here");
    }
    if (!request.getMethod().equals("POST")) {
      throw new Rejection(Rejection.METHOD_NOT_ALLOWED, "only POST is answered");
    }
    if (!MediaType.isJson(request.getHeaders().get(HttpHeader.CONTENT_TYPE))) {
      throw new Rejection(Rejection.UNSUPPORTED_TYPE, "Content-Type must be application/json");
    }
    if (request.getLength() > ReviewReader.LARGEST) {
      throw Rejection.tooLarge();
    }
  }

  private Handled judge(Request request, BoundedBody body, Reviewer reviewer)
      throws Rejection, InterruptedException {
    Duration timeout = RequestTimeout.of(request.getHttpURI().getQuery());
    Instant deadline = clock.instant().plus(timeout);
    WebhookConnector.expectSilence(request, timeout);
    // Half of the time, since the review itself wants some too.
    int tree = trees.enter(body.length(), timeout.dividedBy(2));
    try {
      Review review = ReviewReader.read(body.bytes(), body.length(), reviewer.parts());
      return judge(review, deadline, reviewer);
    } finally {
      trees.leave(tree);
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

  /** One request and its answer, with as much of the room for bodies as it takes. */
  private final class Exchange implements BodyReader.Owner {

    private final long start = System.nanoTime();
    private final Request request;
    private final Response response;
    private final Callback callback;
    private final String path;
    private final Reviewer reviewer;
    private int share;

    Exchange(Request request, Response response, Callback callback) {
      this.request = request;
      this.response = response;
      this.callback = callback;
      path = path(request);
      reviewer = reviewers.get(path);
    }

    void grow(int length) throws Rejection, InterruptedException {
      share = arriving.grow(share, length);
    }

    @Override
    public void whole(BoundedBody body) {
      try {
        answer(judge(request, body, reviewer));
      } catch (Rejection e) {
        refused(e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        refused(new Rejection(Rejection.BUSY, "shutting down"));
      }
    }

    @Override
    public void refused(Rejection rejection) {
      String result = rejection.status() == Rejection.BUSY ? "shed" : "rejected";
      answer(Handled.without(Reply.of(rejection), "", result));
    }

    @Override
    public void failed(Throwable cause) {
      LOG.error("Could not answer at {}", path, cause);
      leave();
      callback.failed(cause);
    }

    private void answer(Handled handled) {
      leave();
      handled.reply.write(response, callback);
      if (reviewer != null) {
        Duration time = Duration.ofNanos(System.nanoTime() - start);
        meters.count(path, handled.operation, handled.result, time);
        meters.denied(path, handled.problems);
      }
    }

    private void leave() {
      if (share > 0) {
        arriving.leave(share);
        share = 0;
      }
    }
  }

  private record Handled(Reply reply, String operation, String result, List<Problem> problems) {

    static Handled without(Reply reply, String operation, String result) {
      return new Handled(reply, operation, result, List.of());
    }
  }
}
