package org.natsoperator.config;

import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A version of nats-server and its features. Servers from 2.0 on do not start with an unknown key.
 *
 * @param tag the version as the user wrote it, without a leading "v": the tag of the image
 */
public record ServerVersion(String tag, int major, int minor, int patch) {

  private static final Pattern FORMAT =
      Pattern.compile("v?((\\d{1,6})\\.(\\d{1,6})\\.(\\d{1,6})(?:[-.][0-9A-Za-z]{1,20}){0,2})");
  private static final int NEWEST = Integer.MAX_VALUE;

  /** Reads a version such as {@code 2.10.27}, {@code v2.11.0-alpine} or {@code nightly}. */
  public static Optional<ServerVersion> parse(String text) {
    if (text.matches("nightly([-.][0-9A-Za-z]{1,20}){0,2}")) {
      return Optional.of(new ServerVersion(text, NEWEST, 0, 0));
    }
    Matcher matcher = FORMAT.matcher(text);
    return matcher.matches()
        ? Optional.of(
            new ServerVersion(
                matcher.group(1), number(matcher, 2), number(matcher, 3), number(matcher, 4)))
        : Optional.empty();
  }

  /** The release with these numbers. */
  public static ServerVersion of(int major, int minor, int patch) {
    return new ServerVersion(major + "." + minor + "." + patch, major, minor, patch);
  }

  private static int number(Matcher matcher, int group) {
    return Integer.parseInt(matcher.group(group));
  }

  /** Path of the server in its image. */
  public String binary() {
    if (major == NEWEST) {
      return "/bin/nats-server";
    }
    if (tag.contains("-alpine")) {
      return "/usr/local/bin/nats-server";
    }
    return atLeast(2, 0, 0) ? "/nats-server" : "/gnatsd";
  }

  /** Whether {@code server_name} is known. */
  public boolean knowsServerName() {
    return atLeast(2, 2, 0);
  }

  /** Whether {@code cluster.name} is known. */
  public boolean knowsClusterName() {
    return atLeast(2, 2, 0);
  }

  /**
   * Whether a reload loses routes that the server has not reached yet, since it compares URLs by
   * reference. With a route password it also loses routes that it opened, since it checks its own.
   */
  public boolean forgetsRoutesOnReload() {
    return !atLeast(1, 3, 0);
  }

  /** Whether a server of the other version understands its routes: 2.0 has another protocol. */
  public boolean routesTo(ServerVersion other) {
    return atLeast(2, 0, 0) == other.atLeast(2, 0, 0);
  }

  /** Whether {@code lame_duck_duration} is known. */
  public boolean knowsLameDuck() {
    return atLeast(1, 4, 0);
  }

  /** Whether {@code lame_duck_grace_period} is known, and a SIGTERM does not end lame duck mode. */
  public boolean finishesLameDuck() {
    return atLeast(2, 2, 0);
  }

  /** Whether {@code /healthz} exists. */
  public boolean knowsHealthz() {
    return atLeast(2, 7, 1);
  }

  /** Whether {@code subject queue} is a permission; older servers read it as one subject. */
  public boolean knowsQueuePermissions() {
    return atLeast(2, 0, 0);
  }

  /** Whether {@code allow_responses} is known. */
  public boolean knowsResponsePermissions() {
    return atLeast(2, 0, 4);
  }

  /** Whether the operator can send requests through the system account. */
  public boolean answersOperator() {
    return atLeast(2, 10, 0);
  }

  /** Whether {@code /varz} shows the digest of the loaded configuration. */
  public boolean reportsConfigDigest() {
    return atLeast(2, 11, 0);
  }

  /**
   * Whether a reload keeps clients that an auth callout admitted, their limits are enforced, and
   * only the issuer's first answer counts.
   */
  public boolean supportsCallout() {
    return atLeast(2, 15, 3) || atLeast(2, 14, 10) && !atLeast(2, 15, 0);
  }

  /** Whether the default for a protocol line is too short to hold a CONNECT with a token. */
  public boolean needsLongerControlLine() {
    return !atLeast(2, 0, 0);
  }

  /** Whether this is an older release; patches are ignored, since they share a data format. */
  public boolean isOlderReleaseThan(ServerVersion other) {
    return Arrays.compare(new int[] {major, minor}, new int[] {other.major, other.minor}) < 0;
  }

  /** Whether this is the other release or a newer one; suffixes of the tag are ignored. */
  public boolean isAtLeast(ServerVersion other) {
    return atLeast(other.major, other.minor, other.patch);
  }

  private boolean atLeast(int... wanted) {
    return Arrays.compare(new int[] {major, minor, patch}, wanted) >= 0;
  }
}
