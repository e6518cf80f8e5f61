package org.natsoperator.testing;

import io.fabric8.kubernetes.client.Config;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** Forwards TCP connections to an API server. It can delay requests or lose all data. */
public final class ApiServerProxy implements AutoCloseable {

  private final TcpProxy proxy;
  private final Path kubeconfig;

  private ApiServerProxy(TcpProxy proxy, Path kubeconfig) {
    this.proxy = proxy;
    this.kubeconfig = kubeconfig;
  }

  /** Starts a proxy in front of the API server of a kubeconfig. */
  public static ApiServerProxy of(Path original) {
    try {
      int target = URI.create(Config.fromKubeconfig(original.toFile()).getMasterUrl()).getPort();
      TcpProxy proxy = TcpProxy.to(new InetSocketAddress("127.0.0.1", target));
      Path kubeconfig = original.resolveSibling("kubeconfig-of-proxy-" + proxy.port());
      Files.writeString(
          kubeconfig, Files.readString(original).replace(":" + target, ":" + proxy.port()));
      return new ApiServerProxy(proxy, kubeconfig);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A kubeconfig for the API server through this proxy. */
  public Path kubeconfig() {
    return kubeconfig;
  }

  /** Delays everything that clients send. Connections keep their order. */
  public void delay(Duration latency) {
    proxy.delay(latency);
  }

  /** Loses everything that is sent, in both directions, like a broken network. */
  public void hang() {
    proxy.hang();
  }

  /** Ends the connections that lost data and forwards new ones. */
  public void resume() {
    proxy.resume();
  }

  @Override
  public void close() throws IOException {
    proxy.close();
  }
}
