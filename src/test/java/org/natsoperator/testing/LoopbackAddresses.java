package org.natsoperator.testing;

/** Loopback addresses of this JVM, since tests of several JVMs use the same ports at a time. */
final class LoopbackAddresses {

  /** The first three bytes and the dots. */
  static final String PREFIX = prefix(ProcessHandle.current().pid());

  private LoopbackAddresses() {}

  /** The address with this last byte. */
  static String of(int lastByte) {
    return PREFIX + lastByte;
  }

  /** Two bytes of the process ID. No address begins with 127.0, which other programs use. */
  private static String prefix(long pid) {
    return "127.%d.%d.".formatted(1 + pid / 256 % 254, pid % 256);
  }
}
