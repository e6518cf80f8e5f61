package org.natsoperator.cluster.plan;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.natsoperator.cluster.features.ServerFeatures;
import org.natsoperator.config.ServerConfig;
import org.natsoperator.config.ServerConfigFile;

/**
 * A configuration as a tree and as text. With many users each form is near a megabyte, so it is
 * created at the first use and cached over reconciliations.
 */
public final class RenderedConfig {

  private final ServerConfig source;
  private final ObjectNode tree;
  private final Map<Integer, ServerConfigFile> files = new HashMap<>();
  private ServerConfigFile copy;

  private RenderedConfig(ServerConfig source) {
    this.source = source;
    this.tree = ServerFeatures.natsConf(source);
  }

  /**
   * @param before the configuration that was rendered last; reused if it has the same source
   */
  public static RenderedConfig of(ServerConfig source, Optional<RenderedConfig> before) {
    return before
        .filter(known -> isSame(known.source, source))
        .orElseGet(() -> new RenderedConfig(source));
  }

  /** Quantity.equals of fabric8 7.9.0 throws for an amount that it cannot parse, such as 1e-999. */
  private static boolean isSame(ServerConfig one, ServerConfig other) {
    try {
      return one.equals(other);
    } catch (IllegalArgumentException | ArithmeticException e) {
      return false;
    }
  }

  /** The configuration as a JSON tree. Contains passwords; never log. */
  public ObjectNode tree() {
    return tree;
  }

  /**
   * The configuration with users, for servers of an older revision that do not ask the operator
   * about logins.
   */
  ObjectNode treeWithUsers() {
    return ServerConfigFile.asksOperator(tree) ? ServerFeatures.withUsers(source, tree) : tree;
  }

  /** The file for servers, with this number of blank lines at its end. */
  public ServerConfigFile file(int blankLines) {
    return files.computeIfAbsent(blankLines, lines -> ServerConfigFile.of(tree, lines));
  }

  /** The file for readers other than servers, without the password of the routes. */
  public ServerConfigFile copy() {
    if (copy == null) {
      copy = ServerConfigFile.copy(tree);
    }
    return copy;
  }

  /** Contains passwords; never log. */
  @Override
  public String toString() {
    return "RenderedConfig[" + source.clusterName() + "]";
  }
}
