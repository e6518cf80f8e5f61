package org.natsoperator.config;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A configuration as a tree and as text. With many users each form is near a megabyte, so it is
 * made when it is first asked for and then kept: while servers are asked whether they took it,
 * nothing of it changes.
 */
public final class RenderedConfig {

  private final ServerConfig source;
  private final ObjectNode tree;
  private final Map<Integer, ServerConfigFile> files = new HashMap<>();
  private ServerConfigFile pureJson;

  private RenderedConfig(ServerConfig source) {
    this.source = source;
    this.tree = ServerConfigWriter.write(source);
  }

  /**
   * @param before what was rendered last: it is used again if it says the same
   */
  public static RenderedConfig of(ServerConfig source, Optional<RenderedConfig> before) {
    return before
        .filter(known -> known.source.equals(source))
        .orElseGet(() -> new RenderedConfig(source));
  }

  public ObjectNode tree() {
    return tree;
  }

  /** The file for servers, with so many blank lines at its end. */
  public ServerConfigFile file(int blankLines) {
    return files.computeIfAbsent(blankLines, lines -> ServerConfigFile.of(tree, lines));
  }

  /** The same for readers that are no servers. */
  public ServerConfigFile pureJson() {
    if (pureJson == null) {
      pureJson = ServerConfigFile.pureJson(tree);
    }
    return pureJson;
  }

  /** Holds passwords: never shown. */
  @Override
  public String toString() {
    return "RenderedConfig[" + source.clusterName() + "]";
  }
}
