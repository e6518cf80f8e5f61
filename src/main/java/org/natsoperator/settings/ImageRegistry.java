package org.natsoperator.settings;

/**
 * The registry of images without one, such as {@code nats}, in the pods of servers.
 *
 * @param name such as {@code registry.example.com/mirror}; empty means the default of the container
 *     runtime
 */
public record ImageRegistry(String name) {

  /** The default of the container runtime, which is usually {@code docker.io}. */
  public static final ImageRegistry OF_RUNTIME = new ImageRegistry("");

  /** Spring finds this method by its name. */
  public static ImageRegistry of(String name) {
    return name.isBlank() ? OF_RUNTIME : new ImageRegistry(name.strip().replaceFirst("/+$", ""));
  }

  /** The full name of an image: its own registry takes precedence. */
  public String resolve(String image) {
    return name.isEmpty() || hasRegistry(image) ? image : name + "/" + image;
  }

  /**
   * Container runtimes take the first part of a name as a registry if it has a dot or a port, or is
   * {@code localhost}.
   *
   * @see <a
   *     href="https://github.com/distribution/reference/blob/v0.6.0/normalize.go">distribution/reference,
   *     splitDockerDomain</a>
   */
  private static boolean hasRegistry(String image) {
    int end = image.indexOf('/');
    String first = end < 0 ? "" : image.substring(0, end);
    return first.contains(".") || first.contains(":") || first.equals("localhost");
  }
}
