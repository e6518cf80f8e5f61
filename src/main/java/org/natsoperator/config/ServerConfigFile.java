package org.natsoperator.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.natsoperator.decoding.UntrustedJson;

/**
 * The text of a nats.conf.
 *
 * <p>It is JSON without {@code \\uXXXX} escapes, which nats-server cannot read. Only the value of
 * {@code server_name} is a variable without quotes. A flag instead would be missing at a reload,
 * and the server would reject the reload. Blank lines at the end change only the bytes of the file,
 * so that the reloader signals again if it missed a change.
 */
public final class ServerConfigFile {

  /** Key of the file in its Secret, and its name in the mounted folder. */
  public static final String KEY = "nats.conf";

  private static final ObjectMapper JSON = UntrustedJson.mapper();

  /** Section with the users; a server without it needs no login. */
  public static final String LOGINS = "authorization";

  /**
   * Key in {@link #LOGINS} with which servers ask the operator about logins. No change of it can be
   * reloaded.
   */
  public static final String CALLOUT = "auth_callout";

  /** Key in {@link #LOGINS}: time for a login. */
  public static final String LOGIN_TIMEOUT = "timeout";

  /** Key of the routes to the other servers, as in {@link #revision}. */
  public static final String ROUTES = "cluster.routes";

  /** Environment variable that holds a server's name. */
  public static final String SERVER_NAME_ENV = "POD_NAME";

  /** Key of the server's name. */
  public static final String SERVER_NAME = "server_name";

  /** Value of {@link #SERVER_NAME}: the environment variable, without quotes in the file. */
  public static final String SERVER_NAME_VARIABLE = "$" + SERVER_NAME_ENV;

  private static final String ROUTE_SCHEME = "nats://";
  private static final Pattern ROUTE_LOGIN =
      Pattern.compile("^" + ROUTE_SCHEME + "[^:@/]+:([^@/]+)@");
  private static final String QUOTED = "\"server_name\" : \"" + SERVER_NAME_VARIABLE + "\"";
  private static final String UNQUOTED = "\"server_name\" : " + SERVER_NAME_VARIABLE;

  private final String text;
  private final Optional<ObjectNode> tree;
  private final Map<String, String> digests = new HashMap<>();
  private String canonical;
  private String hash;
  private String encoded;

  /** Parses nothing; the text is a complete nats.conf. */
  public ServerConfigFile(String text) {
    this(text, Optional.empty());
  }

  private ServerConfigFile(String text, Optional<ObjectNode> tree) {
    this.text = text;
    this.tree = tree;
  }

  /** The file for servers, with this number of blank lines at its end. */
  public static ServerConfigFile of(ObjectNode config, int blankLines) {
    String text = json(config).replace(QUOTED, UNQUOTED) + "\n".repeat(blankLines + 1);
    return new ServerConfigFile(text, Optional.of(config));
  }

  /**
   * The file as valid JSON for readers other than servers. It does not contain the password of the
   * routes, which only servers need.
   */
  public static ServerConfigFile copy(ObjectNode config) {
    ObjectNode copy = JsonNodeFactory.instance.objectNode();
    copy.setAll(config);
    if (config.get("cluster") instanceof ObjectNode block) {
      ObjectNode cluster = block.deepCopy().without("authorization");
      ArrayNode routes = cluster.putArray("routes");
      block
          .path("routes")
          .valueStream()
          .map(route -> ROUTE_LOGIN.matcher(route.asText()).replaceFirst(ROUTE_SCHEME))
          .forEach(routes::add);
      copy.set("cluster", cluster);
    }
    return new ServerConfigFile(json(copy) + "\n");
  }

  private static String json(ObjectNode config) {
    try {
      return JSON.writer().with(SerializationFeature.INDENT_OUTPUT).writeValueAsString(config);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * The running configuration with the users and routes of a newer one. Servers that ask the
   * operator about logins have no users.
   *
   * @param mayAskOperator false in a cluster without a callout; one in its file is foreign, and
   *     would keep revocations out of the file
   */
  public static ObjectNode withUsers(ObjectNode running, ObjectNode newer, boolean mayAskOperator) {
    ObjectNode merged = running.deepCopy();
    if (!mayAskOperator || !asksOperator(running)) {
      merged.remove(LOGINS);
      merged.setAll(newer.deepCopy().retain(LOGINS));
    }
    ((ObjectNode) merged.get("cluster")).set("routes", newer.get("cluster").get("routes"));
    return merged;
  }

  /**
   * Short hash of all keys but the excluded ones; a difference requires a restart.
   *
   * @param excluded keys whose change requires no restart; {@code block.key} for one inside a block
   */
  public static String revision(
      ObjectNode config, ServerVersion version, Collection<String> excluded) {
    ObjectNode fixed = JsonNodeFactory.instance.objectNode();
    fixed.setAll(config);
    for (String key : excluded) {
      int dot = key.indexOf('.');
      if (dot < 0) {
        fixed.remove(key);
      } else if (fixed.get(key.substring(0, dot)) instanceof ObjectNode block) {
        fixed.set(key.substring(0, dot), block.deepCopy().without(key.substring(dot + 1)));
      }
    }
    if (asksOperator(config)) {
      ObjectNode logins = (ObjectNode) config.get(LOGINS);
      fixed.set(LOGINS, logins.deepCopy().retain(CALLOUT, LOGIN_TIMEOUT));
    }
    return Hash.shortOf(version.tag() + fixed);
  }

  /** Whether servers with this configuration ask the operator about logins. */
  public static boolean asksOperator(ObjectNode config) {
    return config.path(LOGINS).has(CALLOUT);
  }

  /**
   * @throws IllegalStateException if it is not a file of the operator
   */
  public ObjectNode parse() {
    return tryParse()
        .orElseThrow(() -> new IllegalStateException("not a nats.conf of the operator"));
  }

  /** The file as a tree; empty if it is not a file of the operator. */
  public Optional<ObjectNode> tryParse() {
    try {
      return JSON.readTree(text.replace(UNQUOTED, QUOTED)) instanceof ObjectNode config
          ? Optional.of(config)
          : Optional.empty();
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
  }

  /** The password in the routes. */
  public Optional<String> routePassword() {
    return tryParse()
        .map(config -> config.at("/cluster/routes/0").asText(null))
        .map(ROUTE_LOGIN::matcher)
        .filter(Matcher::find)
        .map(login -> login.group(1));
  }

  /** The {@code config_digest} of a server with this name that has loaded the file. */
  public String digest(String serverName) {
    if (canonical == null) {
      canonical = ConfigDigest.canonical(tree.orElseGet(this::parse));
    }
    return digests.computeIfAbsent(
        serverName, name -> "sha256:" + Hash.of(ConfigDigest.named(canonical, name)));
  }

  /** Short hash of the file's bytes. */
  public String hash() {
    if (hash == null) {
      hash = Hash.shortOf(text);
    }
    return hash;
  }

  /** The text as nats-server reads it. Contains passwords; never log. */
  public String text() {
    return text;
  }

  /** The text in Base64. */
  public String encoded() {
    if (encoded == null) {
      encoded = Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
    return encoded;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ServerConfigFile file && file.text.equals(text);
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }

  /** Contains passwords; never log. */
  @Override
  public String toString() {
    return "ServerConfigFile[" + hash() + "]";
  }
}
