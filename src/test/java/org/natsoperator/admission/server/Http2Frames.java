package org.natsoperator.admission.server;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.OptionalInt;

/** Writes HTTP/2 frames (RFC 9113) that no client sends: one request with pieces of its body. */
final class Http2Frames {

  private static final int DATA = 0;
  private static final int HEADERS = 1;
  private static final int SETTINGS = 4;
  private static final int GOAWAY = 7;
  private static final int END_OF_HEADERS = 4;
  private static final int END_OF_STREAM = 1;
  private static final byte INITIAL_WINDOW_SIZE = 4;
  private static final int STREAM = 1;

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final DataOutputStream out = new DataOutputStream(bytes);

  /** Begins a connection and a request. */
  Http2Frames(String path) throws IOException {
    this(path, new byte[0]);
  }

  /** The same, of a client that reads no part of the response. */
  static Http2Frames withoutWindow(String path) throws IOException {
    return new Http2Frames(path, new byte[] {0, INITIAL_WINDOW_SIZE, 0, 0, 0, 0});
  }

  private Http2Frames(String path, byte[] settings) throws IOException {
    out.writeBytes("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
    frame(SETTINGS, 0, 0, settings);
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    // Indexes of HPACK's static table: method POST and scheme https, then names with literal
    // values.
    head.write(0x83);
    head.write(0x87);
    header(head, path, 0x04);
    header(head, "localhost", 0x01);
    header(head, "application/json", 0x0f, 0x10);
    frame(HEADERS, END_OF_HEADERS, STREAM, head.toByteArray());
  }

  void piece(byte[] body) throws IOException {
    frame(DATA, 0, STREAM, body);
  }

  void lastPiece(byte[] body) throws IOException {
    frame(DATA, END_OF_STREAM, STREAM, body);
  }

  byte[] bytes() {
    return bytes.toByteArray();
  }

  /** The error code of the GOAWAY frame; empty if the connection closes without one. */
  static OptionalInt goAwayError(InputStream stream) throws IOException {
    DataInputStream in = new DataInputStream(stream);
    while (true) {
      int head = in.read();
      if (head < 0) {
        return OptionalInt.empty();
      }
      int length = head << 16 | in.readUnsignedShort();
      int type = in.readUnsignedByte();
      in.skipNBytes(5);
      byte[] payload = in.readNBytes(length);
      if (type == GOAWAY) {
        return OptionalInt.of(payload[7]);
      }
    }
  }

  private static void header(ByteArrayOutputStream head, String value, int... name)
      throws IOException {
    for (int place : name) {
      head.write(place);
    }
    head.write(value.length());
    head.write(value.getBytes(StandardCharsets.US_ASCII));
  }

  private void frame(int type, int flags, int stream, byte[] payload) throws IOException {
    out.writeByte(payload.length >> 16);
    out.writeShort(payload.length);
    out.writeByte(type);
    out.writeByte(flags);
    out.writeInt(stream);
    out.write(payload);
  }
}
