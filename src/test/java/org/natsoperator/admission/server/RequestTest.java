package org.natsoperator.admission.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
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
  @CsvSource({"0", "1", "65535", "65536", "65537", "1000000", "7340032"})
  void readsWholeBody(int length) throws HttpError {
    byte[] body = new byte[length];
    Arrays.fill(body, (byte) 'x');
    for (long declared : new long[] {length, -1}) {
      ByteBuffer read = body(body, budget()).read(declared);
      assertThat(read.arrayOffset()).isZero();
      assertThat(read).isEqualTo(ByteBuffer.wrap(body));
    }
  }

  @Test
  void rejectsTooLargeBody() {
    byte[] tooLarge = new byte[AdmissionReviewReader.LARGEST + 1];
    assertStatus(body(tooLarge, budget()), -1, 413);
  }

  /** Otherwise two requests that only declare a length could block all others. */
  @ParameterizedTest
  @CsvSource({
    "100, 7000000, 65536",
    "65537, 7000000, 131072",
    "200000, -1, 262144",
    "100, 101, 101"
  })
  void reservesMemoryOnlyForReceivedBytes(int arrived, long declared, int taken) throws Exception {
    MemoryBudget budget = budget();
    AtomicInteger freeAtEnd = new AtomicInteger();
    InputStream content =
        new SequenceInputStream(
            new ByteArrayInputStream(new byte[arrived]),
            new InputStream() {
              @Override
              public int read() {
                freeAtEnd.set(free(budget));
                return -1;
              }
            });
    try (RequestBody body = new RequestBody(content, budget, () -> false)) {
      body.read(declared);
      assertThat(freeAtEnd).hasValue(AdmissionReviewReader.LARGEST - taken);
    }
    assertThat(free(budget)).isEqualTo(AdmissionReviewReader.LARGEST);
  }

  /** Measures the free bytes: reserves all of them, then releases them. */
  private static int free(MemoryBudget budget) {
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
    assertStatus(body(new byte[100], budget), 100, 503);
    budget.leave(other);
    assertThat(body(new byte[100], budget).read(100).remaining()).isEqualTo(100);
  }

  /** The client would not read a response earlier. */
  @Test
  void readsRejectedBodyToItsEnd() throws IOException {
    InputStream content = new ByteArrayInputStream(new byte[10 * PIECE]);
    new RequestBody(content, budget(), () -> false).discard();
    assertThat(content.available()).isZero();
  }

  @ParameterizedTest
  @CsvSource({"true, 408", "false, 400"})
  void answersTruncatedBodyWithItsStatus(boolean timedOut, int status) {
    InputStream content =
        new InputStream() {
          @Override
          public int read() throws IOException {
            throw new IOException(timedOut ? new TimeoutException() : new EOFException());
          }
        };
    assertStatus(new RequestBody(content, budget(), () -> false), 100, status);
  }

  @Test
  void answersBodyAfterDeadlineWith408() {
    InputStream nothing = new ByteArrayInputStream(new byte[0]);
    assertStatus(new RequestBody(nothing, budget(), () -> true), 100, 408);
  }

  /** The replica may have paused until then. */
  @Test
  void readsBodyThatArrivedBeforeDeadlineAfterIt() throws HttpError {
    InputStream content = new ByteArrayInputStream(new byte[2 * PIECE]);
    RequestBody body = new RequestBody(content, budget(), () -> true);
    assertThat(body.read(2 * PIECE).remaining()).isEqualTo(2 * PIECE);
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

  private static RequestBody body(byte[] bytes, MemoryBudget budget) {
    return new RequestBody(new ByteArrayInputStream(bytes), budget, () -> false);
  }

  private static void assertStatus(RequestBody body, long declared, int status) {
    assertThat(catchThrowableOfType(HttpError.class, () -> body.read(declared)).status())
        .isEqualTo(status);
  }
}
