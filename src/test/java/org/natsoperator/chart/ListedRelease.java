package org.natsoperator.chart;

import static org.awaitility.Awaitility.await;

import org.natsoperator.testing.ChartServer;
import org.natsoperator.testing.ChartServer.Release;

/** A release of the chart whose operator watches one namespace. */
final class ListedRelease {

  static final Release LISTED = new Release("listed", "operator-of-some");

  private ListedRelease() {}

  /** Installs the release, and returns the namespace that its operator watches. */
  static String install() {
    String watched = ChartServer.namespace("watched");
    LISTED.upgrade(
        "replicas=0", "crds={\"install\": false}", "watchNamespaces=[\"%s\"]".formatted(watched));
    // The API server evaluates RBAC with its own cache.
    await().until(() -> AccessReviews.may(LISTED, watched, "list", "nats.io", "natsclusters", ""));
    return watched;
  }
}
