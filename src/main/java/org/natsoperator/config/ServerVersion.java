package org.natsoperator.config;

import java.util.Comparator;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A version of nats-server and what it can do. An unknown key is fatal to a server from 2.0 on, so
 * whatever only some versions know is asked here.
 *
 * @param tag the version as a user wrote it, without a leading "v": the tag of the image
 */
public record ServerVersion(String tag, int major, int minor, int patch)
    implements Comparable<ServerVersion> {

  private static final Pattern FORMAT =
      Pattern.compile("v?((\\d{1,6})\\.(\\d{1,6})\\.(\\d{1,6})(?:[-.][0-9A-Za-z]{1,20}){0,2})");
  private static final int NEWEST = Integer.MAX_VALUE;

  /**
   * Reads a version such as {@code 2.10.27}, {@code v2.11.0-alpine} or {@code nightly}; empty if it
   * is none.
   */
  public static Optional<ServerVersion> parse(String text) {
    if (text.matches("nightly([-.][0-9A-Za-z]{1,20}){0,2}")) {
      return Optional.of(new ServerVersion(text, NEWEST, 0, 0));
    }
    Matcher matcher = FORMAT.matcher(text);
    return matcher.matches() ? Optional.of(of(matcher)) : Optional.empty();
  }

  private static ServerVersion of(Matcher matcher) {
    return new ServerVersion(
        matcher.group(1), number(matcher, 2), number(matcher, 3), number(matcher, 4));
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
   * Whether a reload costs the server routes: those that it has not reached yet, since it compares
   * their URLs by reference; and where a password is asked for, those that it has opened itself,
   * since it asks itself for it.
   */
  public boolean forgetsRoutesOnReload() {
    return !atLeast(1, 3, 0);
  }

  /** Whether {@code lame_duck_duration} is known. */
  public boolean knowsLameDuck() {
    return atLeast(1, 4, 0);
  }

  /**
   * Whether {@code lame_duck_grace_period} is known, and a SIGTERM in lame duck mode does not end
   * it.
   */
  public boolean finishesLameDuck() {
    return atLeast(2, 2, 0);
  }

  /** Whether {@code /healthz} exists. */
  public boolean knowsHealthz() {
    return atLeast(2, 7, 1);
  }

  /** Whether {@code subject queue} is a permission; older servers refuse the whole file for it. */
  public boolean knowsQueuePermissions() {
    return atLeast(2, 0, 0);
  }

  /** Whether the operator can ask the server things through the system account. */
  public boolean answersOperator() {
    return atLeast(2, 10, 0);
  }

  /** Whether {@code /varz} tells the digest of the configuration that is in force. */
  public boolean reportsConfigDigest() {
    return atLeast(2, 11, 0);
  }

  /** Whether the default for a protocol line is too short to hold a CONNECT with a token. */
  public boolean needsLongerControlLine() {
    return !atLeast(2, 0, 0);
  }

  /** Whether this is of an older release, patches apart: those keep to one format of their data. */
  public boolean isOlderReleaseThan(ServerVersion other) {
    return new ServerVersion("", major, minor, 0)
            .compareTo(new ServerVersion("", other.major, other.minor, 0))
        < 0;
  }

  private boolean atLeast(int wantedMajor, int wantedMinor, int wantedPatch) {
    return compareTo(new ServerVersion("", wantedMajor, wantedMinor, wantedPatch)) >= 0;
  }

  @Override
  public int compareTo(ServerVersion other) {
    return Comparator.comparingInt(ServerVersion::major)
        .thenComparingInt(ServerVersion::minor)
        .thenComparingInt(ServerVersion::patch)
        .compare(this, other);
  }
}
