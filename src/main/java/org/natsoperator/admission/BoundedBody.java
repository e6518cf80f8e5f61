package org.natsoperator.admission;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * A request's body in memory. Memory is taken as it arrives: who tells a length has not sent so
 * much yet.
 */
final class BoundedBody {

  private static final int FIRST_PIECE = 64 << 10;

  private final Room room;
  private final int most;
  private byte[] bytes = new byte[0];
  private int length;

  /** Takes room for what is kept. */
  interface Room {

    /**
     * @param length in bytes, of all that is taken then
     */
    void growTo(int length) throws Rejection, InterruptedException;
  }

  /**
   * @param declared the length that the request tells; negative if it does not
   */
  BoundedBody(long declared, Room room) {
    this.room = room;
    most = declared < 0 ? ReviewReader.LARGEST : (int) Math.min(declared, ReviewReader.LARGEST);
  }

  /** Adds what has arrived. */
  void take(ByteBuffer piece) throws Rejection, InterruptedException {
    int added = piece.remaining();
    if (added > most - length) {
      throw Rejection.tooLarge();
    }
    if (added > bytes.length - length) {
      int wanted = Math.max(length + added, Math.max(2 * bytes.length, FIRST_PIECE));
      enlarge(Math.min(wanted, most));
    }
    piece.get(bytes, length, added);
    length += added;
  }

  private void enlarge(int size) throws Rejection, InterruptedException {
    room.growTo(size);
    bytes = Arrays.copyOf(bytes, size);
  }

  /** The first {@link #length} of these are the body. */
  byte[] bytes() {
    return bytes;
  }

  int length() {
    return length;
  }
}
