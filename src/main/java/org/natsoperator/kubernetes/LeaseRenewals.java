package org.natsoperator.kubernetes;

import io.fabric8.kubernetes.client.http.AsyncBody;
import io.fabric8.kubernetes.client.http.BasicBuilder;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.fabric8.kubernetes.client.http.Interceptor;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import org.springframework.stereotype.Component;

/**
 * When this replica last wrote its lease, as its requests show. The elector would know, but while
 * it waits for an answer, for minutes where a connection is dead, it does not look at the clock;
 * and meanwhile another replica leads.
 */
@Component
class LeaseRenewals implements Interceptor {

  private static final Set<String> WRITES = Set.of("PATCH", "PUT");
  private static final String PATH = "/leases/" + LeaderLease.NAME;

  private final InstantSource clock;
  private volatile Instant begun = Instant.MIN;
  private volatile Instant last = Instant.MAX;

  LeaseRenewals(InstantSource clock) {
    this.clock = clock;
  }

  /** Whether it was written, but not for so long. What counts is when it was sent. */
  boolean areOverdue(Duration longest) {
    return last.isBefore(clock.instant().minus(longest));
  }

  @Override
  public void before(BasicBuilder builder, HttpRequest request, RequestTags tags) {
    if (isRenewal(request)) {
      begun = clock.instant();
    }
  }

  @Override
  public void after(
      HttpRequest request,
      HttpResponse<?> response,
      AsyncBody.Consumer<List<ByteBuffer>> consumer) {
    if (isRenewal(request) && response.isSuccessful()) {
      last = begun;
    }
  }

  private static boolean isRenewal(HttpRequest request) {
    return WRITES.contains(request.method()) && request.uri().getPath().endsWith(PATH);
  }
}
