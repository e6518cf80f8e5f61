package org.natsoperator.kubernetes;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Other operators that look after the same clusters, installed by mistake: each would undo what the
 * other does, since each has keys of its own.
 */
@Component
class Rivals {

  private static final Logger LOG = LoggerFactory.getLogger(Rivals.class);
  private static final String ITS_NAME = "metadata.name";

  private final KubernetesClient client;
  private final OperatorProperties properties;
  private final Clock clock;

  Rivals(KubernetesClient client, OperatorProperties properties, Clock clock) {
    this.client = client;
    this.properties = properties;
    this.clock = clock;
  }

  /** One that leads, and so must be let go on by who has not begun. */
  Optional<Rival> any() {
    return leaders().stream().filter(leader -> !isOurs(leader)).findFirst();
  }

  /** One that must be let go on even by who leads: the older of the two. */
  Optional<Rival> older() {
    List<Rival> leaders = leaders();
    Optional<Rival> own = leaders.stream().filter(this::isOurs).findFirst();
    return leaders.stream()
        .filter(leader -> !isOurs(leader))
        .filter(leader -> own.filter(leader::precedes).isPresent())
        .findFirst();
  }

  private List<Rival> leaders() {
    try {
      Instant now = clock.instant();
      return client
          .leases()
          .inAnyNamespace()
          .withField(ITS_NAME, LeaderLease.NAME)
          .list()
          .getItems()
          .stream()
          .flatMap(lock -> Rival.holding(lock, now).stream())
          .filter(leader -> leader.watchesSome(properties.watchNamespaces()))
          .toList();
    } catch (KubernetesClientException e) {
      if (e.getCode() == HttpURLConnection.HTTP_FORBIDDEN) {
        LOG.warn("May not look for other operators: {}", e.getMessage());
        return List.of();
      }
      throw e;
    }
  }

  private boolean isOurs(Rival leader) {
    return leader.namespace().equals(properties.namespace());
  }
}
