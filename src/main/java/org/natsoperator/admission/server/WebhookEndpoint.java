package org.natsoperator.admission.server;

import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.Promise;
import org.natsoperator.admission.review.AdmissionHandler;
import org.natsoperator.admission.review.AdmissionRequest;
import org.natsoperator.admission.review.AdmissionResponse;
import org.natsoperator.admission.review.AdmissionReviewReader;
import org.natsoperator.admission.review.AdmissionReviewWriter;
import org.natsoperator.admission.review.HttpError;
import org.natsoperator.lookup.UncachedReader;
import org.natsoperator.validation.FieldError;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Handles one HTTP request. After a status of 4xx or 5xx, the failurePolicy of the webhook decides.
 * A response contains no stack trace, and only the parts of an object that its handler returns.
 */
@Component
class WebhookEndpoint {

  private static final Logger LOG = LoggerFactory.getLogger(WebhookEndpoint.class);

  /** An API server sends a body at once; a slower client would block others. */
  private static final Duration LONGEST_BODY = Duration.ofSeconds(2);

  private static final int LONGEST_NAME = 253;

  /** Control characters and the line breaks of Unicode. */
  private static final String LINE_BREAKS = "[\\p{Cc}\\p{Zl}\\p{Zp}]";

  private static final String JSON = "application/json";

  /** In bytes of text. */
  static final int TREES = 2 << 20;

  private final Map<String, AdmissionHandler> handlers;
  private final WebhookMetrics meters;
  private final Clock clock;

  /** Never block here: unread requests use up the flow-control window of an HTTP/2 connection. */
  private final MemoryBudget arriving = new MemoryBudget(8 << 20);

  /** A tree may need 25 times the bytes of its text: a few requests could exhaust the memory. */
  private final MemoryBudget trees = new MemoryBudget(TREES);

  private final ReplyWriter replies = new ReplyWriter();

  /**
   * @param handlers by path, which is the name of their bean
   */
  WebhookEndpoint(Map<String, AdmissionHandler> handlers, WebhookMetrics meters, Clock clock) {
    this.handlers = Map.copyOf(handlers);
    this.meters = meters;
    this.clock = clock;
  }

  /** Replies as soon as the body has arrived; the callback completes with the response. */
  void handle(Request request, Response response, Callback callback) {
    Exchange exchange = new Exchange(request, response, callback);
    Instant end = clock.instant().plus(LONGEST_BODY);
    RequestBodyReader reader =
        new RequestBodyReader(
            request, request.getLength(), arriving, () -> clock.instant().isAfter(end), exchange);
    try {
      check(request, exchange.handler);
      reader.run();
    } catch (HttpError e) {
      reader.discard(e);
    }
  }

  private static void check(Request request, AdmissionHandler handler) throws HttpError {
    if (handler == null) {
      throw new HttpError(
          HttpError.NOT_FOUND, "webhook path does not exist; correct clientConfig.service.path");
    }
    if (!request.getMethod().equals("POST")) {
      throw new HttpError(HttpError.METHOD_NOT_ALLOWED, "only POST is supported");
    }
    if (!isJson(request.getHeaders().get(HttpHeader.CONTENT_TYPE))) {
      throw new HttpError(HttpError.UNSUPPORTED_TYPE, "Content-Type must be application/json");
    }
    if (request.getLength() > AdmissionReviewReader.LARGEST) {
      throw HttpError.tooLarge();
    }
  }

  /** Ignores the parameters of the media type (RFC 9110), which have no meaning for JSON. */
  static boolean isJson(String contentType) {
    return contentType != null
        && (contentType.equals(JSON)
            || contentType.split(";", 2)[0].strip().toLowerCase(Locale.ROOT).equals(JSON));
  }

  private Handled handle(Request request, ByteBuffer body, AdmissionHandler handler)
      throws HttpError {
    Duration timeout = RequestTimeout.of(request.getHttpURI().getQuery());
    Instant deadline = clock.instant().plus(timeout);
    WebhookConnector.expectSilence(request, timeout);
    // The other half of the time is for the handler.
    int tree = trees.enter(body.limit() * handler.copies(), timeout.dividedBy(2));
    try {
      return handle(body, handler, deadline);
    } finally {
      trees.leave(tree);
    }
  }

  /**
   * An exception or error of the handler becomes a reply, so that the thread continues.
   *
   * @param body array-backed, starting at 0
   */
  private static Handled handle(ByteBuffer body, AdmissionHandler handler, Instant deadline)
      throws HttpError {
    AdmissionRequest admissionRequest =
        AdmissionReviewReader.read(body.array(), body.limit(), handler.parts());
    try {
      AdmissionResponse verdict =
          ScopedValue.where(UncachedReader.DEADLINE, deadline)
              .call(() -> handler.handle(admissionRequest));
      HttpReply reply = HttpReply.json(AdmissionReviewWriter.write(admissionRequest, verdict));
      return new Handled(reply, admissionRequest.operation(), result(verdict), verdict.errors());
    } catch (RuntimeException | StackOverflowError e) {
      LOG.atError()
          .addKeyValue("kind", oneLine(admissionRequest.kind()))
          .addKeyValue("namespace", oneLine(admissionRequest.namespace()))
          .addKeyValue("name", oneLine(admissionRequest.name()))
          .setCause(e)
          .log("Failed to review an admission request");
      HttpError fault = new HttpError(HttpError.FAULT, "internal error; see the operator's log");
      return new Handled(HttpReply.of(fault), admissionRequest.operation(), "failed", List.of());
    }
  }

  /**
   * The sender is not authenticated, so a name must not contain line breaks that forge log lines.
   */
  static String oneLine(String text) {
    String line = Objects.requireNonNullElse(text, "").replaceAll(LINE_BREAKS, "?");
    return line.substring(0, Math.min(line.length(), LONGEST_NAME));
  }

  private static String result(AdmissionResponse admissionResponse) {
    if (!admissionResponse.isAllowed()) {
      return "refused";
    }
    return admissionResponse.patch().isEmpty() ? "allowed" : "patched";
  }

  /** One request and its reply. */
  private final class Exchange implements Promise<ByteBuffer> {

    private final long start = System.nanoTime();
    private final Request request;
    private final Response response;
    private final Callback callback;
    private final String path;
    private final AdmissionHandler handler;

    Exchange(Request request, Response response, Callback callback) {
      this.request = request;
      this.response = response;
      this.callback = callback;
      String uri = request.getHttpURI().getPath();
      path = uri != null && uri.startsWith("/") ? uri.substring(1) : "";
      handler = handlers.get(path);
    }

    @Override
    public void succeeded(ByteBuffer body) {
      try {
        reply(handle(request, body, handler));
      } catch (HttpError e) {
        failed(e);
      }
    }

    @Override
    public void failed(Throwable failure) {
      if (failure instanceof HttpError rejection) {
        String result = rejection.status() == HttpError.BUSY ? "shed" : "rejected";
        reply(new Handled(HttpReply.of(rejection), "", result, List.of()));
      } else {
        LOG.atError().addKeyValue("path", path).setCause(failure).log("Failed to respond");
        callback.failed(failure);
      }
    }

    private void reply(Handled handled) {
      replies.write(handled.reply, request, response, callback);
      if (handler != null) {
        Duration time = Duration.ofNanos(System.nanoTime() - start);
        meters.count(path, handled.operation, handled.result, time);
        meters.denied(path, handled.errors);
      }
    }
  }

  /** A reply with the labels and errors that the metrics count. */
  private record Handled(
      HttpReply reply, String operation, String result, List<FieldError> errors) {}
}
