package org.natsoperator.leader;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.client.http.AsyncBody;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.fabric8.kubernetes.client.http.Interceptor;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;
import org.natsoperator.settings.OperatorProperties;
import org.springframework.stereotype.Component;

/**
 * When this replica last renewed its lease, as its requests show: the time that it wrote, from
 * which other replicas count. The elector would know, but while it waits for an answer, for minutes
 * where a connection is dead, it does not look at the clock; and meanwhile another replica leads.
 */
@Component
public class LeaseRenewalTracker implements Interceptor {

  private static final Pattern PATH = Pattern.compile(".*/leases(/" + LeaderLease.NAME + ")?");
  private static final ObjectMapper JSON = new ObjectMapper();

  private final String podName;
  private final InstantSource clock;
  private final AtomicReference<Optional<Instant>> last = new AtomicReference<>(Optional.empty());

  LeaseRenewalTracker(OperatorProperties properties, InstantSource clock) {
    this.podName = properties.podName();
    this.clock = clock;
  }

  /** Whether it was renewed, but not for so long. */
  boolean areOverdue(Duration longest) {
    return last.get().filter(time -> time.isBefore(clock.instant().minus(longest))).isPresent();
  }

  @Override
  public void after(
      HttpRequest request,
      HttpResponse<?> response,
      AsyncBody.Consumer<List<ByteBuffer>> consumer) {
    if (response.isSuccessful() && PATH.matcher(request.uri().getPath()).matches()) {
      renewal(request.bodyString()).ifPresent(this::note);
    }
  }

  /** An answer may come late, after a later request's. */
  private void note(Instant time) {
    last.updateAndGet(known -> known.filter(time::isBefore).or(() -> Optional.of(time)));
  }

  /** Empty for reads, and for what is written into the Lease beside. */
  private Optional<Instant> renewal(String body) {
    try {
      JsonNode spec = JSON.readTree(body == null ? "" : body).path("spec");
      return podName.equals(spec.path("holderIdentity").textValue()) && spec.hasNonNull("renewTime")
          ? Optional.of(OffsetDateTime.parse(spec.path("renewTime").asText()).toInstant())
          : Optional.empty();
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
  }
}
