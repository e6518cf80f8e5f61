package org.natsoperator.config;

/** Ports that a server listens on. */
public final class Ports {

  public static final int CLIENT = 4222;
  public static final int CLUSTER = 6222;
  public static final int MONITORING = 8222;
  public static final int METRICS = 7777;

  private Ports() {}

  /** The address of a port as part of a URL; an IPv6 address needs brackets there (RFC 3986). */
  public static String address(String host, int port) {
    return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
  }
}
