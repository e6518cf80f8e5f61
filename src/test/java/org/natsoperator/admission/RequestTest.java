package org.natsoperator.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a request brings beside its review. */
class RequestTest {

  private static final int PIECE = 16 << 10;

  @ParameterizedTest
  @CsvSource({
    ", 10000", "timeout=5s, 5000", "timeout=1m0s, 30000", "timeout=2.5s, 2500", "timeout=800ms, 800", "a=b&timeout=3s&c=d, 3000",
    "timeout=, 10000", "timeout=-5s, 10000", "timeout=1000000h, 30000", "timeout=s, 10000", "timeout=99999999999999ms, 30000",
    "timeout=5x, 10000", "xtimeout=5s, 10000", "timeout=1.2ms, 10000", "timeout=9999999999999999999h, 10000"
  })
  void theApiServersPatience(String query, long millis) {
    assertThat(RequestTimeout.of(query)).isEqualTo(Duration.ofMillis(millis));
  }

  @ParameterizedTest
  @CsvSource({
    "application/json, true", "application/json; charset=utf-8, true", "Application/JSON ;x=y, true",
    ", false", "text/plain, false", "application/jsonp, false", "application/x-www-form-urlencoded, false"
  })
  void theMediaType(String type, boolean json) {
    assertThat(MediaType.isJson(type)).isEqualTo(json);
  }

  @ParameterizedTest
  @CsvSource({"0", "1", "65535", "65536", "65537", "1000000", "7340031"})
  void theWholeBody(int length) throws Rejection, InterruptedException {
    byte[] body = new byte[length];
    java.util.Arrays.fill(body, (byte) 'x');
    for (long declared : new long[] {length, -1}) {
      BoundedBody read = taken(body, declared, total -> {});
      assertThat(read.length()).isEqualTo(length);
      assertThat(java.util.Arrays.equals(read.bytes(), 0, length, body, 0, length)).isTrue();
    }
  }

  @Test
  void aBodyThatIsTooLargeIsNotKept() {
    byte[] tooLarge = new byte[ReviewReader.LARGEST + 1];
    for (long declared : new long[] {tooLarge.length, -1}) {
      assertThat(catchThrowableOfType(Rejection.class, () -> taken(tooLarge, declared, total -> {})).status()).isEqualTo(413);
    }
  }

  /** Two that only tell a length would else keep everybody out. */
  @Test
  void roomIsTakenForWhatHasArrived() throws Rejection, InterruptedException {
    List<Integer> room = new ArrayList<>();
    taken(new byte[200_000], 7_000_000, room::add);
    assertThat(room).containsExactly(65_536, 131_072, 262_144);
    room.clear();
    taken(new byte[100], 100, room::add);
    assertThat(room).containsExactly(100);
  }

  @Test
  void aShareGrowsAtOnceOrNotAtAll() throws Rejection, InterruptedException {
    RoomForBodies room = new RoomForBodies(1_000);
    int share = room.grow(room.grow(0, 100), 990);
    assertThat(share).isEqualTo(990);
    assertThat(room.grow(share, 500)).isEqualTo(990);
    int other = room.grow(0, 10);
    assertThat(catchThrowableOfType(Rejection.class, () -> room.grow(other, 11)).status()).isEqualTo(503);
    room.leave(share);
    assertThat(room.grow(other, 1_000_000)).isEqualTo(1_000);
  }

  @Test
  void whoFindsNoRoomInTimeIsSentAway() throws Rejection, InterruptedException {
    RoomForBodies room = new RoomForBodies(1_000);
    int first = room.enter(990, Duration.ZERO);
    int second = room.enter(10, Duration.ZERO);
    assertThat(catchThrowableOfType(Rejection.class, () -> room.enter(1, Duration.ofMillis(1))).status()).isEqualTo(503);
    room.leave(first);
    room.leave(second);
    assertThat(room.enter(Integer.MAX_VALUE, Duration.ZERO)).as("alone with all of it").isEqualTo(1_000);
    assertThat(catchThrowableOfType(Rejection.class, () -> room.enter(0, Duration.ZERO)).status()).isEqualTo(503);
  }

  /** In pieces, as it comes. */
  private static BoundedBody taken(byte[] bytes, long declared, BoundedBody.Room room) throws Rejection, InterruptedException {
    BoundedBody body = new BoundedBody(declared, room);
    for (int start = 0; start < bytes.length; start += PIECE) {
      body.take(ByteBuffer.wrap(bytes, start, Math.min(PIECE, bytes.length - start)));
    }
    return body;
  }
}
