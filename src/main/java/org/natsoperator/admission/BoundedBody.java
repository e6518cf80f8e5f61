package org.natsoperator.admission;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.function.BooleanSupplier;

/** A request's body in memory: the first {@code length} bytes. */
record BoundedBody(byte[] bytes, int length) {

  private static final int FIRST_PIECE = 64 << 10;

  /**
   * Reads all of it.
   *
   * @param declared the length that the request tells; negative if it does not
   * @param overdue whether it has taken too long
   */
  static BoundedBody read(InputStream body, long declared, BooleanSupplier overdue)
      throws IOException, Rejection {
    byte[] bytes = new byte[declared < 0 ? FIRST_PIECE : checked(declared)];
    int length = 0;
    int read;
    while ((read = body.read(bytes, length, bytes.length - length)) > 0) {
      length += read;
      if (overdue.getAsBoolean()) {
        throw new Rejection(Rejection.TIMEOUT, "the body came too slowly");
      }
      if (length == bytes.length && declared < 0) {
        checked(length + 1L);
        bytes = Arrays.copyOf(bytes, Math.min(2 * length, ReviewReader.LARGEST));
      }
    }
    return new BoundedBody(bytes, length);
  }

  private static int checked(long length) throws Rejection {
    if (length > ReviewReader.LARGEST) {
      throw new Rejection(Rejection.TOO_LARGE, "the body has more than 7 MiB");
    }
    return (int) length;
  }
}
