package org.natsoperator.nkey;

/** The checksum CRC-16/XMODEM. */
final class Crc16 {

  private static final int POLYNOMIAL = 0x1021;
  private static final int TOP_BIT = 0x8000;
  private static final int MASK = 0xffff;
  private static final int BYTE = 0xff;

  private Crc16() {}

  static int of(byte[] bytes, int length) {
    int crc = 0;
    for (int i = 0; i < length; i++) {
      crc ^= (bytes[i] & BYTE) << Byte.SIZE;
      for (int bit = 0; bit < Byte.SIZE; bit++) {
        crc = ((crc & TOP_BIT) == 0 ? crc << 1 : crc << 1 ^ POLYNOMIAL) & MASK;
      }
    }
    return crc;
  }
}
