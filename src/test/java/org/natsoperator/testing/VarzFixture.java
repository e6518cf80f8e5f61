package org.natsoperator.testing;

import java.time.Duration;
import java.time.Instant;
import org.natsoperator.cluster.server.Varz;

/**
 * Builds a {@link Varz}. By default the server has two routes and reports neither a digest, as
 * before 2.11, nor its age.
 */
public record VarzFixture(
    String version, String digest, String loadTime, int remotes, Duration age) {

  public static VarzFixture of(String version) {
    return new VarzFixture(version, null, "any", 2, null);
  }

  public VarzFixture digest(String configDigest) {
    return new VarzFixture(version, configDigest, loadTime, remotes, age);
  }

  public VarzFixture loadTime(String configLoadTime) {
    return new VarzFixture(version, digest, configLoadTime, remotes, age);
  }

  public VarzFixture remotes(int routes) {
    return new VarzFixture(version, digest, loadTime, routes, age);
  }

  /** Sets the time since the server started. */
  public VarzFixture age(Duration running) {
    return new VarzFixture(version, digest, loadTime, remotes, running);
  }

  public Varz build() {
    String start = age == null ? null : Instant.EPOCH.toString();
    String now = age == null ? null : Instant.EPOCH.plus(age).toString();
    return new Varz(version, digest, loadTime, remotes, start, now);
  }
}
