package org.natsoperator.cluster.resources;

import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Ports of the NATS protocol. A service mesh must forward their bytes without detecting a protocol:
 * that waits for the client, but a NATS server sends first. Istio uses the {@code appProtocol} of a
 * Service, Linkerd this annotation of a Service and of the server's pod.
 *
 * @see <a href="https://linkerd.io/2/features/protocol-detection/">Linkerd, protocol detection</a>
 */
final class OpaquePorts {

  static final String ANNOTATION = "config.linkerd.io/opaque-ports";

  /** Value of {@code appProtocol}. */
  static final String TCP = "tcp";

  private OpaquePorts() {}

  /** The annotation as a map; a user's annotation takes precedence. */
  static Map<String, String> annotation(int... ports) {
    return Map.of(
        ANNOTATION,
        IntStream.of(ports).mapToObj(Integer::toString).collect(Collectors.joining(",")));
  }
}
