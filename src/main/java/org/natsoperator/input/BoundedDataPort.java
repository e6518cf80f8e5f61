package org.natsoperator.input;

import io.nats.client.impl.SocketDataPort;
import java.io.IOException;

/**
 * A connection for one request to a server that may be any program, since the cluster's owner
 * chooses the image. The client allocates memory for any announced message length and any line
 * length, so both are checked first. It is public since the client creates it by its class name.
 */
public final class BoundedDataPort extends SocketDataPort {

  private final ProtocolLimiter limiter = new ProtocolLimiter();

  @Override
  public int read(byte[] destination, int offset, int length) throws IOException {
    int read = super.read(destination, offset, length);
    limiter.said(destination, offset, read);
    return read;
  }
}
