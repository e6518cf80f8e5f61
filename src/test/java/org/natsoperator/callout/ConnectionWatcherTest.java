package org.natsoperator.callout;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.nats.client.Connection;
import io.nats.client.Dispatcher;
import io.nats.client.Message;
import io.nats.client.MessageHandler;
import io.nats.client.impl.NatsMessage;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.lookup.SharedInformers;
import org.natsoperator.testing.Clusters;
import org.natsoperator.testing.Roles;

class ConnectionWatcherTest {

  private static final Instant START = Instant.parse("2026-11-27T12:00:00Z");
  private static final Instant RENEWAL = START.plusSeconds(3_600);
  private static final String SERVER = "N" + "A".repeat(55);
  private static final String INBOX = "_INBOX.x";
  private static final String LIST = "$SYS.REQ.SERVER.PING.CONNZ";
  private static final String KICK = "$SYS.REQ.SERVER." + SERVER + ".KICK {\"cid\":7}";

  private final SharedInformers informers = EmptyInformers.create();
  private final FakeReader reader = new FakeReader();
  private volatile Instant now = START;
  private final Clock clock = ((InstantSource) () -> now).withZone(ZoneOffset.UTC);
  private final RecentDeletions deletions = new RecentDeletions(informers, reader, clock);
  private final ConnectionWatcher watcher =
      new ConnectionWatcher(
          informers,
          deletions,
          new MissingDependencies(informers, reader),
          new CalloutMetrics(new SimpleMeterRegistry()),
          clock);

  /** Such a server announces that no message may be longer than a byte. */
  @Test
  void failureOfOneConnectionDoesNotStopTheOthers() {
    Servers broken = watch("a");
    broken.fail = true;
    List<Servers> others = Stream.of("b", "c", "d").map(this::watch).toList();

    watcher.check();
    assertThat(others).allSatisfy(servers -> assertThat(servers.requests()).contains(LIST));

    Stream.concat(Stream.of(broken), others.stream()).forEach(this::report);
    deletions.new PodHandler(reader)
        .onDelete(LoginFixture.pod(LoginFixture.POD_UID).build(), false);
    await()
        .untilAsserted(
            () ->
                assertThat(others)
                    .allSatisfy(servers -> assertThat(servers.requests).contains(KICK)));
  }

  /** No informer reports it, and other objects exist. */
  @Test
  void closesConnectionOfRoleThatWasDeletedWhileNoReplicaRan() {
    NatsCluster cluster = cluster("a");
    informers.clusters().written(cluster);
    reader.with(Roles.account("nats-user"));
    Servers servers = watch("a");
    watcher.check();
    report(servers);

    now = START.plusSeconds(5);
    watcher.check();
    assertThat(servers.requests()).containsExactly(LIST);
    now = now.plusSeconds(1);
    watcher.check();

    await().untilAsserted(() -> assertThat(servers.requests).contains(KICK));
  }

  /** Its client logs in with the next token. */
  @Test
  void closesConnectionWhoseTokenIsAboutToExpire() {
    informers.clusters().written(cluster("a"));
    Servers servers = watch("a");
    report(servers);

    now = RENEWAL.minusSeconds(1);
    watcher.check();
    assertThat(servers.requests).doesNotContain(KICK);
    now = RENEWAL;
    watcher.check();

    assertThat(servers.requests).contains(KICK);
  }

  /** The servers list a connection of a pod. */
  private void report(Servers servers) {
    String tags = String.join("\",\"", tags(servers.cluster));
    servers
        .handlers
        .getFirst()
        .accept(
            NatsMessage.builder()
                .subject(INBOX)
                .data(
                    """
                    {"server": {"id": "%s", "cluster": "example-nats"}, "data": {"connections": [{"cid": 7, "tags": ["%s"]}]}}\
                    """
                        .formatted(SERVER, tags)
                        .getBytes(UTF_8))
                .build());
  }

  private static List<String> tags(NatsCluster cluster) {
    List<String> tags = new ArrayList<>(LoginFixture.identityTags());
    tags.set(
        tags.size() - 1,
        "versions:" + LoginVersions.of(Roles.user()) + "," + LoginVersions.of(cluster));
    tags.add("renewal:" + RENEWAL.getEpochSecond());
    return tags;
  }

  private Servers watch(String uid) {
    Servers servers = new Servers(cluster(uid));
    watcher.watch(servers.cluster, servers.connection());
    return servers;
  }

  private static NatsCluster cluster(String uid) {
    NatsCluster cluster = Clusters.walkthrough("2.15.3");
    cluster.getMetadata().setUid(uid);
    return cluster;
  }

  /** The servers of a cluster, at the other end of a connection. */
  private static final class Servers {

    final NatsCluster cluster;
    final List<Consumer<Message>> handlers = new ArrayList<>();
    final List<String> requests = new CopyOnWriteArrayList<>();
    volatile boolean fail;

    Servers(NatsCluster cluster) {
      this.cluster = cluster;
    }

    /** The subjects of all requests. */
    List<String> requests() {
      return requests.stream().map(request -> request.split(" ")[0]).toList();
    }

    Connection connection() {
      return proxy(
          Connection.class,
          (self, method, arguments) ->
              switch (method.getName()) {
                case "hashCode" -> System.identityHashCode(self);
                case "getStatus" -> Connection.Status.CONNECTED;
                case "createInbox" -> INBOX;
                case "createDispatcher" -> dispatcher((MessageHandler) arguments[0]);
                case "publish" -> publish((String) arguments[0], (byte[]) arguments[2]);
                default -> throw new UnsupportedOperationException(method.getName());
              });
    }

    private Object publish(String subject, byte[] content) {
      if (fail) {
        throw new IllegalArgumentException("Message payload size exceed server configuration");
      }
      requests.add(subject + " " + new String(content, UTF_8));
      return null;
    }

    private Dispatcher dispatcher(MessageHandler handler) {
      handlers.add(
          message -> {
            try {
              handler.onMessage(message);
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            }
          });
      return proxy(Dispatcher.class, (self, method, arguments) -> self);
    }

    private static <T> T proxy(Class<T> type, InvocationHandler handler) {
      return type.cast(
          Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
    }
  }
}
