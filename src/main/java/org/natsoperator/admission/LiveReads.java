package org.natsoperator.admission;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.api.NatsServiceRole;
import org.natsoperator.kubernetes.OperatorProperties;
import org.natsoperator.role.Identity;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;

/**
 * Asks the API server itself for what no cache knows. A pod must not wait long for it: no answer is
 * an answer too, and after one the API server is not asked again for a while.
 */
@Component
class LiveReads {

  private static final Logger LOG = LoggerFactory.getLogger(LiveReads.class);

  private static final Duration PATIENCE = Duration.ofSeconds(1);
  private static final Duration REST = Duration.ofSeconds(1);

  private final KubernetesClient client;
  private final Set<String> namespaces;
  private final Duration patience;
  private final ExecutorService readers = Executors.newVirtualThreadPerTaskExecutor();
  private volatile long lastFailure = System.nanoTime() - REST.toNanos();

  @Autowired
  LiveReads(KubernetesClient client, OperatorProperties properties) {
    this(client, properties, PATIENCE);
  }

  LiveReads(KubernetesClient client, OperatorProperties properties, Duration patience) {
    this.client = client;
    this.namespaces = properties.watchNamespaces();
    this.patience = patience;
  }

  /** All clusters of a name, wherever the operator looks after them; empty without an answer. */
  Optional<List<NatsCluster>> clusters(String name) {
    return read(() -> lists(name).toList());
  }

  /** The role of an identity, if there is one; empty without an answer. */
  Optional<Optional<NatsServiceRole>> role(Identity identity) {
    if (!ObjectName.isPossible(identity.namespace())
        || !ObjectName.isPossible(identity.serviceAccount())) {
      return Optional.of(Optional.empty());
    }
    return read(
        () ->
            Optional.ofNullable(
                client
                    .resources(NatsServiceRole.class)
                    .inNamespace(identity.namespace())
                    .withName(identity.serviceAccount())
                    .get()));
  }

  private Stream<NatsCluster> lists(String name) {
    var clusters = client.resources(NatsCluster.class);
    return (namespaces.isEmpty()
            ? Stream.of(clusters.inAnyNamespace())
            : namespaces.stream().map(clusters::inNamespace))
        .flatMap(list -> list.withField("metadata.name", name).list().getItems().stream());
  }

  private <T> Optional<T> read(Callable<T> read) {
    if (System.nanoTime() - lastFailure < REST.toNanos()) {
      return Optional.empty();
    }
    Duration time = Reviewer.patience(patience, Instant.now());
    Future<T> answer = readers.submit(read);
    try {
      return Optional.of(answer.get(time.toNanos(), TimeUnit.NANOSECONDS));
    } catch (TimeoutException e) {
      return failed("no answer within " + time.toMillis() + " ms");
    } catch (ExecutionException e) {
      return failed(message(e.getCause()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return failed("interrupted");
    } finally {
      answer.cancel(true);
    }
  }

  private <T> Optional<T> failed(String why) {
    lastFailure = System.nanoTime();
    LOG.warn("A pod is wired by what the caches know: the API server was asked, {}", why);
    return Optional.empty();
  }

  private static String message(Throwable cause) {
    return cause instanceof KubernetesClientException refused
        ? "and said " + refused.getCode() + " " + refused.getMessage()
        : "and " + cause;
  }
}
