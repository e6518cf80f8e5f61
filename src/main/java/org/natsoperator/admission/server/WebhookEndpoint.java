package org.natsoperator.admission.server;

import java.io.InputStream;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.Scheduler;
import org.natsoperator.admission.review.AdmissionHandler;
import org.natsoperator.admission.review.AdmissionRequest;
import org.natsoperator.admission.review.AdmissionResponse;
import org.natsoperator.admission.review.AdmissionReviewReader;
import org.natsoperator.admission.review.AdmissionReviewWriter;
import org.natsoperator.admission.review.HttpError;
import org.natsoperator.lookup.UncachedReader;
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

  /** An API server sends a body at once; a slower client would keep its memory from others. */
  private static final Duration LONGEST_BODY = Duration.ofSeconds(2);

  /** A client that reads its response more slowly loses its connection. */
  private static final Duration LONGEST_REPLY = Duration.ofSeconds(10);

  private static final int LONGEST_NAME = 253;

  /** Control characters and the line breaks of Unicode. */
  private static final String LINE_BREAKS = "[\\p{Cc}\\p{Zl}\\p{Zp}]";

  private static final String JSON = "application/json";

  /** In bytes of text. */
  static final int TREES = 2 << 20;

  private final Map<String, AdmissionHandler> handlers;
  private final WebhookMetrics meters;
  private final Clock clock;

  private final MemoryBudget arriving = new MemoryBudget(8 << 20);

  /** A tree may need 25 times the bytes of its text: a few requests could exhaust the memory. */
  private final MemoryBudget trees = new MemoryBudget(TREES);

  /**
   * @param handlers by path, which is the name of their bean
   */
  WebhookEndpoint(Map<String, AdmissionHandler> handlers, WebhookMetrics meters, Clock clock) {
    this.handlers = Map.copyOf(handlers);
    this.meters = meters;
    this.clock = clock;
  }

  /** Reads the request and writes the response in the thread of the caller. */
  void handle(Request request, Response response, Callback callback) {
    long start = System.nanoTime();
    String uri = request.getHttpURI().getPath();
    String path = uri != null && uri.startsWith("/") ? uri.substring(1) : "";
    AdmissionHandler handler = handlers.get(path);
    Handled handled = review(request, handler);
    write(handled.reply, request, response, callback);
    if (handler != null) {
      Duration time = Duration.ofNanos(System.nanoTime() - start);
      meters.count(path, handled.operation, handled.result, time);
    }
  }

  private Handled review(Request request, AdmissionHandler handler) {
    Instant end = clock.instant().plus(LONGEST_BODY);
    InputStream content = Content.Source.asInputStream(request);
    try (RequestBody body =
        new RequestBody(content, arriving, () -> clock.instant().isAfter(end))) {
      try {
        check(request, handler);
        return handle(request, body.read(request.getLength()), handler);
      } catch (HttpError e) {
        body.discard();
        String result = e.status() == HttpError.BUSY ? "shed" : "rejected";
        return new Handled(HttpReply.of(e), "", result);
      }
    }
  }

  /** Does not wait until the client has read the reply. */
  private static void write(
      HttpReply reply, Request request, Response response, Callback callback) {
    EndPoint client = request.getConnectionMetaData().getConnection().getEndPoint();
    Scheduler.Task end =
        request
            .getComponents()
            .getScheduler()
            .schedule(client::close, LONGEST_REPLY.toMillis(), TimeUnit.MILLISECONDS);
    reply.write(response, Callback.from(callback, end::cancel));
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
      return new Handled(reply, admissionRequest.operation(), result(verdict));
    } catch (RuntimeException | StackOverflowError e) {
      LOG.atError()
          .addKeyValue("kind", oneLine(admissionRequest.kind()))
          .addKeyValue("namespace", oneLine(admissionRequest.namespace()))
          .addKeyValue("name", oneLine(admissionRequest.name()))
          .setCause(e)
          .log("Failed to review an admission request");
      HttpError fault = new HttpError(HttpError.FAULT, "internal error; see the operator's log");
      return new Handled(HttpReply.of(fault), admissionRequest.operation(), "failed");
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

  /** A reply with the labels that the metrics count. */
  private record Handled(HttpReply reply, String operation, String result) {}
}
