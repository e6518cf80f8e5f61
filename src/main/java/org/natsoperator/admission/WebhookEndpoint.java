package org.natsoperator.admission;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
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

  void handle(HttpServletRequest request, HttpServletResponse response) throws IOException {
    String path = request.getRequestURI().substring(1);
    Reviewer reviewer = reviewers.get(path);
    if (reviewer == null) {
      reject(response, new Rejection(Rejection.NOT_FOUND, "no webhook is here"));
      return;
    }
    long start = System.nanoTime();
    Handled handled = answer(request, response, reviewer);
    meters.count(
        path, handled.operation, handled.result, Duration.ofNanos(System.nanoTime() - start));
    meters.denied(path, handled.problems);
  }

  private Handled answer(
      HttpServletRequest request, HttpServletResponse response, Reviewer reviewer)
      throws IOException {
    try {
      check(request);
      return judge(request, response, reviewer);
    } catch (Rejection e) {
      reject(response, e);
      return Handled.without("", e.status() == Rejection.BUSY ? "shed" : "rejected");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      reject(response, new Rejection(Rejection.BUSY, "shutting down"));
      return Handled.without("", "shed");
    }
  }

  private static void check(HttpServletRequest request) throws Rejection {
    if (!request.getMethod().equals("POST")) {
      throw new Rejection(Rejection.METHOD_NOT_ALLOWED, "only POST is answered");
    }
    if (!MediaType.isJson(request.getContentType())) {
      throw new Rejection(Rejection.UNSUPPORTED_TYPE, "Content-Type must be application/json");
    }
    if (request.getContentLengthLong() > ReviewReader.LARGEST) {
      throw new Rejection(Rejection.TOO_LARGE, "the body has more than 7 MiB");
    }
  }

  private Handled judge(HttpServletRequest request, HttpServletResponse response, Reviewer reviewer)
      throws IOException, Rejection, InterruptedException {
    Duration timeout = RequestTimeout.of(request.getQueryString());
    Instant deadline = clock.instant().plus(timeout);
    try (Share share = new Share()) {
      BoundedBody body = body(request, share);
      // Half of the time, since the review itself wants some too.
      int tree = trees.enter(body.length(), timeout.dividedBy(2));
      try {
        Review review = ReviewReader.read(body.bytes(), body.length(), reviewer.parts());
        return judge(review, deadline, response, reviewer);
      } finally {
        trees.leave(tree);
      }
    }
  }

  private BoundedBody body(HttpServletRequest request, Share share)
      throws Rejection, InterruptedException {
    Instant end = clock.instant().plus(LONGEST_BODY);
    try {
      return BoundedBody.read(
          request.getInputStream(),
          request.getContentLengthLong(),
          share::grow,
          () -> clock.instant().isAfter(end));
    } catch (SocketTimeoutException e) {
      throw new Rejection(Rejection.TIMEOUT, "the body came too slowly");
    } catch (IOException e) {
      throw new Rejection(Rejection.BAD_REQUEST, "the body ended too early");
    }
  }

  /** Whatever a reviewer throws: an error too must not take a thread, let alone the operator. */
  private static Handled judge(
      Review review, Instant deadline, HttpServletResponse response, Reviewer reviewer)
      throws IOException {
    byte[] answer;
    Answer verdict;
    try {
      verdict = ScopedValue.where(Reviewer.DEADLINE, deadline).call(() -> reviewer.review(review));
      answer = AnswerWriter.write(review, verdict);
    } catch (RuntimeException | StackOverflowError e) {
      LOG.error(
          "Could not review {} {} in {}", review.kind(), review.name(), review.namespace(), e);
      reject(
          response, new Rejection(Rejection.FAULT, "internal error; the operator's log says more"));
      return Handled.without(review.operation(), "failed");
    }
    write(response, HttpServletResponse.SC_OK, "application/json", answer);
    return new Handled(review.operation(), result(verdict), verdict.problems());
  }

  private static String result(Answer answer) {
    if (!answer.isAllowed()) {
      return "refused";
    }
    return answer.patch().isEmpty() ? "allowed" : "patched";
  }

  private static void reject(HttpServletResponse response, Rejection rejection) throws IOException {
    if (rejection.status() == Rejection.METHOD_NOT_ALLOWED) {
      response.setHeader("Allow", "POST");
    }
    byte[] text = rejection.getMessage().getBytes(StandardCharsets.UTF_8);
    write(response, rejection.status(), "text/plain;charset=utf-8", text);
  }

  private static void write(HttpServletResponse response, int status, String type, byte[] body)
      throws IOException {
    response.setStatus(status);
    response.setContentType(type);
    response.setContentLength(body.length);
    response.getOutputStream().write(body);
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

  private record Handled(String operation, String result, List<Problem> problems) {

    static Handled without(String operation, String result) {
      return new Handled(operation, result, List.of());
    }
  }
}
