package org.natsoperator.callout;

import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.natsoperator.access.Identity;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.api.NatsServiceRole;
import org.natsoperator.callout.connections.ConnectionIndex.Entry;
import org.natsoperator.callout.connections.ConnectionIndex.Key;
import org.natsoperator.callout.connections.ConnectionTags;
import org.natsoperator.callout.connections.Revocation;
import org.natsoperator.lookup.SharedInformers;
import org.natsoperator.testing.Clusters;
import org.natsoperator.testing.Roles;
import org.natsoperator.testing.Tokens;

/** Checks connections whose objects are missing in the informers. Keep it in an AutoClose field. */
final class DependencyChecks implements AutoCloseable {

  static final String USER = "nats-user";
  static final NatsCluster CLUSTER = Clusters.walkthrough("2.15.3");
  static final NatsServiceRole ROLE = Roles.user();
  static final ServiceAccount ACCOUNT = Roles.account(USER);
  static final Pod POD = LoginFixture.pod(LoginFixture.POD_UID).build();
  static final ConnectionTags BY_POD = byPod("client", LoginFixture.POD_UID);

  private final SharedInformers informers = EmptyInformers.create();
  final FakeReader reader = new FakeReader();
  private final MissingDependencies dependencies = new MissingDependencies(informers, reader);
  final Map<Key, Revocation> ended = new ConcurrentHashMap<>();

  void check(ConnectionTags... logins) {
    List<Entry> entries =
        IntStream.range(0, logins.length)
            .mapToObj(cid -> new Entry(key(cid), logins[cid]))
            .toList();
    dependencies.check(CLUSTER, entries, (entry, reason) -> ended.put(entry.key(), reason));
  }

  void awaitEnd() {
    await().until(dependencies::isIdle);
  }

  void cache(HasMetadata... objects) {
    for (HasMetadata object : objects) {
      switch (object) {
        case NatsCluster cluster -> informers.clusters().written(cluster);
        case NatsServiceRole role -> informers.roles().written(role);
        case ServiceAccount account -> informers.serviceAccounts().written(account);
        case Secret secret -> informers.secrets().written(secret);
        case Pod pod -> informers.clientPods().written(pod);
        default -> throw new IllegalArgumentException(object.getKind());
      }
    }
  }

  static Key key(long cid) {
    return new Key("server", cid);
  }

  static ConnectionTags byPod(String name, String uid) {
    return tags(Optional.of(uid), Optional.of(name), LoginVersions.ofPodToken(ROLE, CLUSTER));
  }

  static ConnectionTags tags(
      Optional<String> boundUid, Optional<String> pod, List<String> versions) {
    return new ConnectionTags(
        new Identity(Clusters.NAMESPACE, USER),
        Tokens.accountUid(USER),
        boundUid,
        pod,
        ROLE.getMetadata().getUid(),
        1,
        1,
        versions,
        Instant.MAX);
  }

  @Override
  public void close() {
    dependencies.stop();
  }
}
