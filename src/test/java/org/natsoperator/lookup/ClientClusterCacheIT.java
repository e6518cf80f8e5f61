package org.natsoperator.lookup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.natsoperator.lookup.ClientClusterCaches.cache;
import static org.natsoperator.lookup.ClientClusterCaches.cold;
import static org.natsoperator.lookup.ClientClusterCaches.everywhere;
import static org.natsoperator.lookup.ClientClusterCaches.informers;
import static org.natsoperator.lookup.ClientClusterCaches.properties;
import static org.natsoperator.lookup.ClientClusterCaches.reference;
import static org.natsoperator.lookup.ClientClusterCaches.user;

import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.natsoperator.access.ClusterReference;
import org.natsoperator.admission.inject.ResolvedCluster;
import org.natsoperator.settings.OperatorProperties;
import org.natsoperator.testing.ApiServer;
import org.natsoperator.testing.Manifests;
import org.natsoperator.testing.Sandbox;

/** Looks up clusters and roles in the caches and at a real API server. */
@ExtendWith(ApiServer.class)
class ClientClusterCacheIT {

  private static final String CLUSTER = Manifests.CLUSTER;

  private final ClientClusterCaches caches = new ClientClusterCaches();

  @AfterEach
  void stopInformers() {
    caches.close();
  }

  @Test
  void asksApiServerWhileCachesAreCold(Sandbox sandbox) {
    sandbox.apply(Manifests.cluster(), Manifests.role("nats-user", "foo"));

    ObservedClient client = cold(sandbox).find(user(sandbox), reference(sandbox, Optional.empty()));

    assertThat(client.choice().found()).isPresent();
    assertThat(client.hasRole()).isTrue();
    assertThat(client.certain()).isTrue();
  }

  @Test
  void isNotReadyWhileCachesAreCold(Sandbox sandbox) {
    SharedInformers informers = informers(sandbox, everywhere());
    ClientClusterCache cache = cache(sandbox, informers);

    assertThat(cache.isReady()).isFalse();
    caches.start(informers);
    assertThat(cache.isReady()).isTrue();
  }

  @Test
  void reportsMissingObjectsAsCertain(Sandbox sandbox) {
    ClientClusterCache cache = caches.warm(sandbox, everywhere());

    ObservedClient client = cache.find(user(sandbox), reference(sandbox, Optional.empty()));

    assertThat(client.choice().found()).isEmpty();
    assertThat(client.role()).isEmpty();
    assertThat(client.certain()).isTrue();
  }

  /** A user may apply a pod together with its cluster. */
  @Test
  void findsNewClusterBeforeItsWatchEvent(Sandbox sandbox) {
    ClientClusterCache cache = caches.warm(sandbox, everywhere());
    for (int i = 0; i < 20; i++) {
      String name = "c" + i;
      sandbox.apply(Manifests.cluster(name, "auth: {enableServiceAccounts: true}"));

      assertThat(
              cache
                  .find(
                      user(sandbox),
                      new ClusterReference(sandbox.namespace(), name, Optional.empty()))
                  .choice()
                  .found())
          .isPresent();
    }
  }

  /** A cluster that is applied 100 ms after a lookup must be found at once. */
  @Test
  void doesNotRememberMissingObjects(Sandbox sandbox) {
    ClientClusterCache cache = cold(sandbox);
    assertThat(cache.find(user(sandbox), reference(sandbox, Optional.empty())).hasRole()).isFalse();

    sandbox.apply(Manifests.cluster(), Manifests.role("nats-user", "foo"));

    ObservedClient client = cache.find(user(sandbox), reference(sandbox, Optional.empty()));
    assertThat(client.hasRole()).isTrue();
    assertThat(client.choice().found()).isPresent();
  }

  @Test
  void findsClusterOnlyInNamedNamespace(Sandbox core, Sandbox team) {
    core.apply(
        Manifests.cluster(
            "auth: {enableServiceAccounts: true, allowedNamespaces: [%s]}"
                .formatted(team.namespace())));
    ClientClusterCache cold = cold(team);
    ClientClusterCache warm = caches.warm(team, everywhere());

    for (ClientClusterCache cache : new ClientClusterCache[] {cold, warm}) {
      ObservedClient named = cache.find(user(team), reference(team, Optional.of(core.namespace())));
      assertThat(named.choice().found()).isPresent();
      assertThat(ResolvedCluster.of(named).toString()).isEqualTo(core.namespace() + "/" + CLUSTER);
      ObservedClient plain = cache.find(user(team), reference(team, Optional.empty()));
      assertThat(plain.choice().found()).isEmpty();
      assertThat(plain.certain()).isTrue();
      assertThat(ResolvedCluster.of(plain).toString()).isEqualTo(team.namespace() + "/" + CLUSTER);
    }
  }

  @Test
  void usesClusterNamespaceOfRoleForItsPods(Sandbox core, Sandbox team) {
    String admitting =
        Manifests.cluster(
            "auth: {enableServiceAccounts: true, allowedNamespaces: [%s]}"
                .formatted(team.namespace()));
    core.apply(admitting);
    team.apply(
        Manifests.cluster(),
        Manifests.inClusterNamespace(core.namespace(), Manifests.role("nats-user", "foo")));
    ClientClusterCache cache = caches.warm(team, everywhere());

    assertThat(
            ResolvedCluster.of(cache.find(user(team), reference(team, Optional.empty())))
                .toString())
        .isEqualTo(core.namespace() + "/" + CLUSTER);
    assertThat(
            ResolvedCluster.of(
                    cache.find(user(team), reference(team, Optional.of(team.namespace()))))
                .toString())
        .isEqualTo(team.namespace() + "/" + CLUSTER);
  }

  @Test
  void looksUpOnlyWatchedNamespaces(Sandbox watched, Sandbox other) {
    watched.apply(Manifests.cluster());
    other.apply(
        Manifests.cluster(
            "elsewhere",
            "{auth: {enableServiceAccounts: true, allowedNamespaces: [%s]}}"
                .formatted(watched.namespace())));
    OperatorProperties properties = properties(Set.of(watched.namespace()));
    ClientClusterCache cache = caches.warm(watched, properties);

    assertThat(cache.watches(watched.namespace())).isTrue();
    assertThat(cache.watches(other.namespace())).isFalse();
    assertThat(cache.find(user(watched), reference(watched, Optional.empty())).choice().found())
        .isPresent();
    ObservedClient elsewhere =
        cache.find(
            user(watched),
            new ClusterReference(watched.namespace(), "elsewhere", Optional.of(other.namespace())));
    assertThat(elsewhere.certain()).isTrue();
    assertThat(elsewhere.choice().found()).isEmpty();
  }
}
