package org.natsoperator.bench;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** Measures logins with projected tokens, which the servers ask the operator about. */
final class CalloutLogins {

  private static final int CLIENTS = 64;
  private static final int NEW_TOKENS = 4_000;

  /** Also the code of TokenReviews is compiled after some 10,000 of them. */
  private static final int WARM_UP_TOKENS = 12_000;

  private static final int GARBAGE_CLIENTS = 16;

  /** The operator's code is compiled after some 20,000 logins. */
  private static final long WARM_UP = TimeUnit.SECONDS.toNanos(75);

  private static final long DURATION = TimeUnit.SECONDS.toNanos(15);

  private final ProjectedCluster cluster;

  private CalloutLogins(ProjectedCluster cluster) {
    this.cluster = cluster;
  }

  static List<String> measure(ProjectedCluster cluster) throws Exception {
    CalloutLogins logins = new CalloutLogins(cluster);
    List<String> rows = new ArrayList<>();
    rows.add(logins.known(DURATION).row("the first logins after a start of the operator"));
    logins.known(WARM_UP);
    rows.add(
        logins.known(DURATION).row("logins by callout, " + CLIENTS + " clients, known tokens"));
    rows.add(
        logins
            .newTokens(NEW_TOKENS)
            .row("the same, each token new, a TokenReview for each: first"));
    logins.newTokens(WARM_UP_TOKENS);
    rows.add(logins.newTokens(NEW_TOKENS).row("the same after 16,000 TokenReviews"));
    rows.addAll(logins.withGarbage());
    return rows;
  }

  /** With a token of its own, since tokens expire after some minutes. */
  private LoginLoad known(long nanos) throws Exception {
    String token = cluster.token("user");
    return LoginLoad.of(cluster.addresses(), CLIENTS, i -> token, nanos, true);
  }

  private LoginLoad newTokens(int count) throws Exception {
    Queue<String> tokens = new ConcurrentLinkedQueue<>();
    Tasks.all(Collections.nCopies(count, () -> tokens.add(cluster.token("user"))));
    return LoginLoad.of(cluster.addresses(), CLIENTS, i -> tokens.poll(), Long.MAX_VALUE, true);
  }

  /**
   * Garbage of the form of a token of this cluster, which costs the operator most. The speed of the
   * machine changes, so the usual rate is the mean of right before and right after.
   */
  private List<String> withGarbage() throws Exception {
    String token = cluster.token("user");
    String forged = token.substring(0, token.length() - 8) + "AAAAAAAA";
    double before = known(DURATION).perSecond();
    try (ExecutorService thread = Executors.newSingleThreadExecutor()) {
      Future<LoginLoad> garbage =
          thread.submit(
              () ->
                  LoginLoad.of(cluster.addresses(), GARBAGE_CLIENTS, i -> forged, DURATION, false));
      LoginLoad legal = known(DURATION);
      String refused = garbage.get().row("forged logins, " + GARBAGE_CLIENTS + " clients");
      double usual = (before + known(DURATION).perSecond()) / 2;
      String share = "%.0f %%".formatted(100 * legal.perSecond() / usual);
      return List.of(
          refused, legal.row("legal logins at the same time, " + share + " of the rate without"));
    }
  }
}
