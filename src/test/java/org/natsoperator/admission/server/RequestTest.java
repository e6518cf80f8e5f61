package org.natsoperator.admission.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.EOFException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeoutException;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.io.content.AsyncContent;
import org.eclipse.jetty.io.content.ByteBufferContentSource;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.Promise;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.natsoperator.admission.review.AdmissionReviewReader;
import org.natsoperator.admission.review.HttpError;

/** Timeout, media type and body of an admission request. */
class RequestTest {

  private static final int PIECE = 16 << 10;

  @ParameterizedTest
  @CsvSource({
    ", 10000",
    "timeout=5s, 5000",
    "timeout=1m0s, 30000",
    "timeout=2.5s, 2500",
    "timeout=800ms, 800",
    "a=b&timeout=3s&c=d, 3000",
    "timeout=, 10000",
    "timeout=-5s, 10000",
    "timeout=1000000h, 30000",
    "timeout=s, 10000",
    "timeout=99999999999999ms, 30000",
    "timeout=5x, 10000",
    "xtimeout=5s, 10000",
    "timeout=1.2ms, 10000",
    "timeout=9999999999999999999h, 10000"
  })
  void readsTimeoutFromQuery(String query, long millis) {
    assertThat(RequestTimeout.of(query)).isEqualTo(Duration.ofMillis(millis));
  }

  @ParameterizedTest
  @CsvSource({
    "application/json, true",
    "application/json; charset=utf-8, true",
    "Application/JSON ;x=y, true",
    ", false",
    "text/plain, false",
    "application/jsonp, false",
    "application/x-www-form-urlencoded, false"
  })
  void recognizesJsonMediaType(String type, boolean json) {
    assertThat(WebhookEndpoint.isJson(type)).isEqualTo(json);
  }

  /** The sender of a request is not authenticated, and its text must not forge a log line. */
  @Test
  void logsNamesInOneLine() {
    assertThat(WebhookEndpoint.oneLine("a\nb\r\u0085c\u2028d\u2029e\u001b[1mf"))
        .isEqualTo("a?b??c?d?e?[1mf");
    assertThat(WebhookEndpoint.oneLine("a".repeat(10_000))).hasSize(253);
    assertThat(WebhookEndpoint.oneLine(null)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"0", "1", "65535", "65536", "65537", "1000000", "7340031"})
  void readsWholeBody(int length) {
    byte[] body = new byte[length];
    Arrays.fill(body, (byte) 'x');
    for (long declared : new long[] {length, -1}) {
      ByteBuffer read = read(body, declared, budget()).join();
      assertThat(read.arrayOffset()).isZero();
      assertThat(read).isEqualTo(ByteBuffer.wrap(body));
    }
  }

  @Test
  void rejectsTooLargeBody() {
    byte[] tooLarge = new byte[AdmissionReviewReader.LARGEST + 1];
    for (long declared : new long[] {tooLarge.length, -1}) {
      assertStatus(read(tooLarge, declared, budget()), 413);
    }
  }

  /** Otherwise two requests that only declare a length could block all others. */
  @ParameterizedTest
  @CsvSource({
    "100, 7000000, 65536",
    "65537, 7000000, 131072",
    "200000, -1, 262144",
    "100, 101, 101"
  })
  void reservesMemoryOnlyForReceivedBytes(int arrived, long declared, int taken) throws HttpError {
    MemoryBudget budget = new MemoryBudget(AdmissionReviewReader.LARGEST);
    AsyncContent content = new AsyncContent();
    Promise.Completable<ByteBuffer> body = new Promise.Completable<>();
    new RequestBodyReader(content, declared, budget, () -> false, body).run();
    for (int start = 0; start < arrived; start += PIECE) {
      ByteBuffer piece = ByteBuffer.allocate(Math.min(PIECE, arrived - start));
      content.write(false, piece, Callback.NOOP);
    }
    assertThat(free(budget)).isEqualTo(AdmissionReviewReader.LARGEST - taken);
    content.write(true, ByteBuffer.allocate(1), Callback.NOOP);
    assertThat(body).isCompleted();
    assertThat(free(budget)).isEqualTo(AdmissionReviewReader.LARGEST);
  }

  /** Measures the free bytes: reserves all of them, then releases them. */
  private static int free(MemoryBudget budget) throws HttpError {
    int free = 0;
    for (int step = 1 << 22; step > 0; step /= 2) {
      try {
        free += budget.enter(step, Duration.ZERO);
      } catch (HttpError e) {
        // The free memory is smaller than this step.
      }
    }
    if (free > 0) {
      budget.leave(free);
    }
    return free;
  }

  @Test
  void rejectsBodyIfMemoryBudgetIsExhausted() throws HttpError {
    MemoryBudget budget = new MemoryBudget(1_000);
    int other = budget.enter(901, Duration.ZERO);
    assertStatus(read(new byte[100], 100, budget), 503);
    budget.leave(other);
    assertThat(read(new byte[100], 100, budget)).isCompleted();
  }

  /** The client would not read a response earlier. */
  @Test
  void readsRejectedBodyToItsEnd() {
    AsyncContent content = new AsyncContent();
    Promise.Completable<ByteBuffer> body = new Promise.Completable<>();
    HttpError reason = new HttpError(404, "no webhook");
    new RequestBodyReader(content, -1, budget(), () -> false, body).discard(reason);
    content.write(false, ByteBuffer.allocate(PIECE), Callback.NOOP);
    assertThat(body).isNotDone();
    content.write(true, ByteBuffer.allocate(PIECE), Callback.NOOP);
    assertThat(body).failsWithin(Duration.ZERO).withThrowableThat().havingCause().isSameAs(reason);
  }

  @ParameterizedTest
  @CsvSource({"true, 408", "false, 400"})
  void answersTruncatedBodyWithItsStatus(boolean timedOut, int status) {
    AsyncContent content = new AsyncContent();
    Promise.Completable<ByteBuffer> body = new Promise.Completable<>();
    new RequestBodyReader(content, 100, budget(), () -> false, body).run();
    content.fail(timedOut ? new TimeoutException() : new EOFException());
    assertStatus(body, status);
  }

  @Test
  void answersBodyAfterDeadlineWith408() {
    AsyncContent content = new AsyncContent();
    Promise.Completable<ByteBuffer> body = new Promise.Completable<>();
    new RequestBodyReader(content, 100, budget(), () -> true, body).run();
    content.write(false, ByteBuffer.allocate(1), Callback.NOOP);
    assertStatus(body, 408);
  }

  /** The replica may have paused until then. */
  @Test
  void readsBodyThatArrivedBeforeDeadlineAfterIt() {
    Promise.Completable<ByteBuffer> body = new Promise.Completable<>();
    Content.Source source =
        new ByteBufferContentSource(ByteBuffer.allocate(PIECE), ByteBuffer.allocate(PIECE));
    new RequestBodyReader(source, 2 * PIECE, budget(), () -> true, body).run();
    assertThat(body).isCompletedWithValueMatching(read -> read.remaining() == 2 * PIECE);
  }

  private static void assertStatus(Promise.Completable<ByteBuffer> body, int status) {
    assertThat(body)
        .failsWithin(Duration.ZERO)
        .withThrowableThat()
        .havingCause()
        .asInstanceOf(InstanceOfAssertFactories.type(HttpError.class))
        .returns(status, HttpError::status);
  }

  @Test
  void growsShareAtOnceOrNotAtAll() throws HttpError {
    MemoryBudget budget = new MemoryBudget(1_000);
    int share = budget.grow(budget.grow(0, 100), 990);
    assertThat(share).isEqualTo(990);
    assertThat(budget.grow(share, 500)).isEqualTo(990);
    int other = budget.grow(0, 10);
    assertThat(catchThrowableOfType(HttpError.class, () -> budget.grow(other, 11)).status())
        .isEqualTo(503);
    budget.leave(share);
    assertThat(budget.grow(other, 1_000_000)).isEqualTo(1_000);
  }

  @Test
  void rejectsRequestIfNoMemoryIsFreeInTime() throws HttpError {
    MemoryBudget budget = new MemoryBudget(1_000);
    int first = budget.enter(990, Duration.ZERO);
    int second = budget.enter(10, Duration.ZERO);
    assertThat(
            catchThrowableOfType(HttpError.class, () -> budget.enter(1, Duration.ofMillis(1)))
                .status())
        .isEqualTo(503);
    budget.leave(first);
    budget.leave(second);
    assertThat(budget.enter(Integer.MAX_VALUE, Duration.ZERO))
        .as("the only request gets the whole budget")
        .isEqualTo(1_000);
    assertThat(catchThrowableOfType(HttpError.class, () -> budget.enter(0, Duration.ZERO)).status())
        .isEqualTo(503);
  }

  private static MemoryBudget budget() {
    return new MemoryBudget(AdmissionReviewReader.LARGEST);
  }

  /** Reads chunks of 16 KiB. */
  private static Promise.Completable<ByteBuffer> read(
      byte[] bytes, long declared, MemoryBudget budget) {
    List<ByteBuffer> chunks = new ArrayList<>();
    for (int start = 0; start < bytes.length; start += PIECE) {
      chunks.add(ByteBuffer.wrap(bytes, start, Math.min(PIECE, bytes.length - start)));
    }
    Promise.Completable<ByteBuffer> body = new Promise.Completable<>();
    Content.Source source = new ByteBufferContentSource(chunks);
    new RequestBodyReader(source, declared, budget, () -> false, body).run();
    return body;
  }
}
