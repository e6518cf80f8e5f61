package org.natsoperator.kubernetes;

import io.fabric8.kubernetes.api.model.authorization.v1.SubjectAccessReviewBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.natsoperator.api.NatsApi;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Other operators that look after the same clusters, installed by mistake: each would undo what the
 * other does, since each has keys of its own.
 *
 * <p>Only one that looks after all that we do, and has the rights for it, is let go on instead of
 * us. Else whoever rules one namespace could keep the operator of all from its work.
 */
@Component
class Rivals {

  private static final Logger LOG = LoggerFactory.getLogger(Rivals.class);
  private static final String ITS_NAME = "metadata.name";

  /** Anybody may write a lock with a list that does not end. */
  private static final int MOST_ASKED = 16;

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

  /** One that must be let go on even by who leads, see {@link Rival#precedes}. */
  Optional<Rival> preceding() {
    List<Rival> leaders = leaders();
    Optional<Rival> own = leaders.stream().filter(this::isOurs).findFirst();
    return leaders.stream()
        .filter(leader -> !isOurs(leader))
        .filter(leader -> own.filter(leader::precedes).isPresent())
        .findFirst();
  }

  /**
   * Those that look after some of what we do, and lead: neither lets the other go on, so each
   * undoes what the other does.
   */
  List<Rival> contesting() {
    return locks().stream()
        .filter(leader -> !isOurs(leader) && !couldReplaceUs(leader))
        .filter(leader -> !contested(leader).isEmpty())
        .toList();
  }

  /** The namespaces that another operator looks after too, with the rights for it. */
  Set<String> contested(Rival rival) {
    return rival.shares(properties.watchNamespaces()).stream()
        .sorted()
        .limit(MOST_ASKED)
        .filter(namespace -> mayReconcile(rival, namespace))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private List<Rival> leaders() {
    return locks().stream().filter(leader -> isOurs(leader) || couldReplaceUs(leader)).toList();
  }

  private boolean couldReplaceUs(Rival leader) {
    return leader.covers(properties.watchNamespaces()) && mayReconcile(leader);
  }

  private List<Rival> locks() {
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
          .toList();
    } catch (KubernetesClientException e) {
      if (e.getCode() == HttpURLConnection.HTTP_FORBIDDEN) {
        LOG.warn("May not look for other operators: {}", e.getMessage());
        return List.of();
      }
      throw e;
    }
  }

  /** Whether it could do what an operator does, wherever we look. */
  private boolean mayReconcile(Rival leader) {
    Set<String> namespaces = properties.watchNamespaces();
    Set<String> all = namespaces.isEmpty() ? Set.of("") : namespaces;
    boolean allowed = all.stream().allMatch(namespace -> mayReconcile(leader, namespace));
    if (!allowed) {
      LOG.debug(
          "Lease {}/{} is no operator's: ServiceAccount {} has no rights of one",
          leader.namespace(),
          LeaderLease.NAME,
          leader.serviceAccount());
    }
    return allowed;
  }

  private boolean mayReconcile(Rival leader, String namespace) {
    var review =
        new SubjectAccessReviewBuilder()
            .withNewSpec()
            .withUser(
                "system:serviceaccount:%s:%s"
                    .formatted(leader.namespace(), leader.serviceAccount()))
            .withNewResourceAttributes()
            .withGroup(NatsApi.GROUP)
            .withResource("natsclusters")
            .withSubresource("status")
            .withVerb("patch")
            .withNamespace(namespace)
            .endResourceAttributes()
            .endSpec()
            .build();
    return client
        .authorization()
        .v1()
        .subjectAccessReview()
        .create(review)
        .getStatus()
        .getAllowed();
  }

  private boolean isOurs(Rival leader) {
    return leader.namespace().equals(properties.namespace());
  }
}
