package org.natsoperator.admission;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.function.BooleanSupplier;

/** A request's body in memory: the first {@code length} bytes. */
record BoundedBody(byte[] bytes, int length) {

  private static final int FIRST_PIECE = 64 << 10;

  /** Takes room for what is read. */
  interface Room {

    /**
     * @param length in bytes, of all that is taken then
     */
    void growTo(int length) throws Rejection, InterruptedException;
  }

  /**
   * Reads all of it. Memory is taken as it arrives: who tells a length has not sent so much yet.
   *
   * @param declared the length that the request tells; negative if it does not
   * @param overdue whether it has taken too long
   */
  static BoundedBody read(InputStream body, long declared, Room room, BooleanSupplier overdue)
      throws IOException, Rejection, InterruptedException {
    int most = declared < 0 ? ReviewReader.LARGEST : checked(declared);
    byte[] bytes = enlarged(new byte[0], Math.min(most, FIRST_PIECE), room);
    int length = 0;
    int read;
    while ((read = body.read(bytes, length, bytes.length - length)) > 0) {
      length += read;
      if (overdue.getAsBoolean()) {
        throw new Rejection(Rejection.TIMEOUT, "the body came too slowly");
      }
      if (length == bytes.length && length < most) {
        bytes = enlarged(bytes, Math.min(2 * length, most), room);
      }
    }
    if (length == ReviewReader.LARGEST && body.read() >= 0) {
      checked(length + 1L);
    }
    return new BoundedBody(bytes, length);
  }

  private static byte[] enlarged(byte[] bytes, int length, Room room)
      throws Rejection, InterruptedException {
    room.growTo(length);
    return Arrays.copyOf(bytes, length);
  }

  private static int checked(long length) throws Rejection {
    if (length > ReviewReader.LARGEST) {
      throw new Rejection(Rejection.TOO_LARGE, "the body has more than 7 MiB");
    }
    return (int) length;
  }
}
