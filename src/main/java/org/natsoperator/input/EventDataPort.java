package org.natsoperator.input;

import io.nats.client.impl.SocketDataPort;
import java.io.IOException;

/**
 * A connection for events, whose rate the pauses between connections limit. It is public since the
 * client creates it by its class name.
 */
public final class EventDataPort extends SocketDataPort {

  /** In bytes. */
  public static final long MOST = 8 << 20;

  private final ProtocolLimiter limiter = new ProtocolLimiter(ProtocolLimiter.LONGEST, MOST);

  @Override
  public int read(byte[] destination, int offset, int length) throws IOException {
    int read = super.read(destination, offset, length);
    limiter.said(destination, offset, read);
    return read;
  }
}
