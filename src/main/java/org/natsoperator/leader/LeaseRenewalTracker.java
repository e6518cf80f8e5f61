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
 * The time of this replica's last lease renewal, as it wrote it in its request; other replicas
 * count from this time. The elector cannot replace this. It does not check the clock while it waits
 * for a response, for minutes if a connection is dead, and meanwhile another replica leads.
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

  /** Whether the last renewal is older than this. */
  boolean areOverdue(Duration longest) {
    return last.get().filter(time -> time.isBefore(clock.instant().minus(longest))).isPresent();
  }

  @Override
  public void after(
      HttpRequest request,
      HttpResponse<?> response,
      AsyncBody.Consumer<List<ByteBuffer>> consumer) {
    if (response.isSuccessful() && PATH.matcher(request.uri().getPath()).matches()) {
      // A response may arrive after that of a later request.
      renewal(request.bodyString())
          .ifPresent(
              time ->
                  last.updateAndGet(
                      known -> known.filter(time::isBefore).or(() -> Optional.of(time))));
    }
  }

  /** Empty for reads, and for other changes of the Lease. */
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
