package org.natsoperator.callout;

import static java.util.stream.Collectors.toSet;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.client.KubernetesClient;
import jakarta.annotation.PreDestroy;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.natsoperator.access.ClientNames;
import org.natsoperator.access.Identity;
import org.natsoperator.access.Lookup;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.api.NatsServiceRole;
import org.natsoperator.callout.connections.ConnectionIndex.Entry;
import org.natsoperator.callout.connections.ConnectionTags;
import org.natsoperator.callout.connections.Revocation;
import org.natsoperator.lookup.SharedInformers;
import org.natsoperator.lookup.UncachedReader;
import org.natsoperator.settings.OperatorProperties;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;

/**
 * Asks the API server about objects that open connections depend on and that no informer contains.
 * No informer watches pods without the label of a cluster, and no replica has seen the events of a
 * time in which none was running.
 *
 * <p>An informer may lag behind the replica that admitted a client, so only the API server's own
 * answer ends a connection. The answer concerns only that connection: a server may be any program
 * and can invent what it reports.
 */
@Component
class MissingDependencies {

  /**
   * Limits the requests that the report of a server can cause; the next check asks about others.
   */
  static final int MOST_REQUESTS = 500;

  private final SharedInformers informers;
  private final UncachedReader reader;
  private final Set<String> checkedNow = ConcurrentHashMap.newKeySet();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  /** Uses a reader of its own, since admission requests must not wait for these. */
  @Autowired
  MissingDependencies(
      SharedInformers informers, KubernetesClient client, OperatorProperties properties) {
    this(informers, new UncachedReader(client, properties));
  }

  MissingDependencies(SharedInformers informers, UncachedReader reader) {
    this.informers = informers;
    this.reader = reader;
  }

  /**
   * Finds connections that depend on an object which does not exist any more; returns at once. It
   * asks about one object after the other, and does nothing while the last check of the cluster is
   * in progress.
   *
   * @param onEnd receives each such connection
   */
  void check(NatsCluster cluster, List<Entry> connected, BiConsumer<Entry, Revocation> onEnd) {
    String uid = cluster.getMetadata().getUid();
    if (checkedNow.add(uid)) {
      threads.execute(
          () -> {
            try {
              checkEach(cluster, connected, onEnd);
            } finally {
              checkedNow.remove(uid);
            }
          });
    }
  }

  /** Whether no check is in progress. */
  boolean isIdle() {
    return checkedNow.isEmpty();
  }

  @PreDestroy
  void stop() {
    threads.shutdownNow();
  }

  /** The order is random, so that each connection has its turn. */
  private void checkEach(
      NatsCluster cluster, List<Entry> connected, BiConsumer<Entry, Revocation> onEnd) {
    List<Entry> entries = new ArrayList<>(connected);
    Collections.shuffle(entries);
    Map<String, Optional<Optional<Set<String>>>> answers = new HashMap<>();
    for (Entry entry : entries) {
      dependencies(cluster, entry.login())
          .filter(dependency -> !dependency.isCached())
          .filter(dependency -> dependency.hasEnded(answer(dependency, answers)))
          .findFirst()
          .ifPresent(dependency -> onEnd.accept(entry, dependency.reason()));
    }
  }

  /** The outer Optional is empty if the API server did not answer or is not asked any more. */
  private Optional<Optional<Set<String>>> answer(
      Dependency<?> dependency, Map<String, Optional<Optional<Set<String>>>> answers) {
    return answers.size() < MOST_REQUESTS || answers.containsKey(dependency.key())
        ? answers.computeIfAbsent(dependency.key(), key -> dependency.read(reader))
        : Optional.empty();
  }

  private Stream<Dependency<?>> dependencies(NatsCluster cluster, ConnectionTags login) {
    Identity identity = login.identity();
    Stream<Dependency<?>> both =
        Stream.of(
            new Dependency<>(
                ServiceAccount.class,
                informers.serviceAccounts(),
                identity.namespace(),
                identity.serviceAccount(),
                List.of(login.accountUid()),
                Revocation.ACCOUNT_DELETED),
            role(
                identity,
                List.of(LoginVersions.ofCluster(login.roleUid(), cluster)),
                Revocation.ROLE_DELETED));
    boolean bySecret = login.boundUid().isPresent() && login.pod().isEmpty();
    return Stream.concat(
        both, bySecret ? ofSecretToken(cluster, login) : ofPodToken(cluster, login));
  }

  private Stream<Dependency<?>> ofSecretToken(NatsCluster cluster, ConnectionTags login) {
    return Stream.of(
        secret(cluster, login, login.boundUid().stream().toList(), Revocation.BOUND_OBJECT_DELETED),
        secret(cluster, login, login.versions(), Revocation.REISSUED));
  }

  private Stream<Dependency<?>> ofPodToken(NatsCluster cluster, ConnectionTags login) {
    Stream<Dependency<?>> pod =
        login.pod().stream()
            .map(
                name ->
                    new Dependency<>(
                        Pod.class,
                        informers.clientPods(),
                        login.identity().namespace(),
                        name,
                        login.boundUid().stream().toList(),
                        Revocation.BOUND_OBJECT_DELETED));
    return Stream.concat(
        pod,
        Stream.of(
            role(login.identity(), login.versions(), Revocation.REISSUED),
            new Dependency<>(
                NatsCluster.class,
                informers.clusters(),
                cluster.getMetadata().getNamespace(),
                cluster.getMetadata().getName(),
                login.versions(),
                Revocation.REISSUED)));
  }

  private Dependency<NatsServiceRole> role(
      Identity identity, List<String> expected, Revocation reason) {
    return new Dependency<>(
        NatsServiceRole.class,
        informers.roles(),
        identity.namespace(),
        identity.serviceAccount(),
        expected,
        reason);
  }

  private Dependency<Secret> secret(
      NatsCluster cluster, ConnectionTags login, List<String> expected, Revocation reason) {
    return new Dependency<>(
        Secret.class,
        informers.secrets(),
        login.identity().namespace(),
        ClientNames.of(login.identity(), cluster).secret(),
        expected,
        reason);
  }

  /**
   * The UID of an object and its {@link LoginVersions}; a role that names another cluster counts as
   * deleted. A check remembers only these: any user can make hundreds of objects large.
   */
  private static Set<String> marks(HasMetadata object) {
    Stream<String> uid = Stream.of(object.getMetadata().getUid());
    return switch (object) {
      case NatsServiceRole role -> Set.of(LoginVersions.ofCluster(role), LoginVersions.of(role));
      case NatsCluster cluster -> Set.of(LoginVersions.of(cluster));
      case Secret secret -> Stream.concat(uid, LoginVersions.of(secret).stream()).collect(toSet());
      default -> uid.collect(toSet());
    };
  }

  /**
   * An object that a login depends on.
   *
   * @param expected the {@link #marks} of which the object has at least one, unless it was replaced
   * @param reason to end the connection otherwise
   */
  private record Dependency<T extends HasMetadata>(
      Class<T> kind,
      Lookup<T> cache,
      String namespace,
      String name,
      List<String> expected,
      Revocation reason) {

    boolean isCached() {
      return cache.find(namespace, name).filter(object -> isCurrent(marks(object))).isPresent();
    }

    Optional<Optional<Set<String>>> read(UncachedReader reader) {
      return reader
          .get(kind, namespace, name)
          .map(object -> object.map(MissingDependencies::marks));
    }

    /** Without an answer nothing is decided. */
    boolean hasEnded(Optional<Optional<Set<String>>> answer) {
      return answer.isPresent() && answer.get().filter(this::isCurrent).isEmpty();
    }

    private boolean isCurrent(Set<String> marks) {
      return expected.stream().anyMatch(marks::contains);
    }

    String key() {
      return kind.getSimpleName() + " " + namespace + "/" + name;
    }
  }
}
