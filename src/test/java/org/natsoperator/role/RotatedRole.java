package org.natsoperator.role;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.natsoperator.testing.Manifests.CLUSTER;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import java.time.Duration;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.natsoperator.config.ServerConfigFile;
import org.natsoperator.testing.Manifests;
import org.natsoperator.testing.Sandbox;

/** A bound role whose token a test rotates, next to another role of the cluster. */
final class RotatedRole implements AutoCloseable {

  private static final String SECRET = "nats-user-" + CLUSTER + "-bound-token";

  private final Sandbox sandbox;
  private final String old;

  /** Versions of the Secrets of the cluster, in the order in which they were written. */
  private final List<Secret> versions = new CopyOnWriteArrayList<>();

  private final Watch watch;

  /** Creates the role and waits until it is bound. */
  RotatedRole(Sandbox sandbox) {
    this.sandbox = sandbox;
    sandbox.apply(
        Manifests.cluster(),
        Manifests.serviceAccount("nats-user"),
        Manifests.serviceAccount("another"),
        Manifests.role("nats-user", "foo"),
        Manifests.role("another", "bar"));
    await()
        .untilAsserted(() -> assertThat(sandbox.users(CLUSTER)).contains("nats-user", "another"));
    old = token();
    // Until a role is in force, the operator reconciles it every two seconds.
    await().until(() -> sandbox.role("nats-user").getStatus() != null);
    watch =
        sandbox
            .client()
            .secrets()
            .inNamespace(sandbox.namespace())
            .withLabel("nats_cluster", CLUSTER)
            .watch(recorder());
  }

  private Watcher<Secret> recorder() {
    return new Watcher<>() {
      @Override
      public void eventReceived(Action action, Secret secret) {
        versions.add(secret);
      }

      @Override
      public void onClose(WatcherException cause) {}
    };
  }

  /**
   * The Secret with the new and the previous token, which it has for two seconds during a rotation.
   */
  Secret awaitBothTokens() {
    return await()
        .until(
            () ->
                versions.stream()
                    .filter(secret -> secret.getMetadata().getName().equals(SECRET))
                    .filter(secret -> secret.getData().keySet().equals(Set.of("token", "previous")))
                    .findFirst(),
            Optional::isPresent)
        .get();
  }

  /** The password in nats.conf when this version of an object was written; the file is newer. */
  String passwordAt(HasMetadata object) {
    await().until(() -> files().anyMatch(file -> version(file) > version(object)));
    Secret file =
        files()
            .filter(earlier -> version(earlier) < version(object))
            .max(Comparator.comparing(RotatedRole::version))
            .orElseThrow();
    return new ServerConfigFile(text(file))
        .parse()
        .at("/authorization/users")
        .valueStream()
        .filter(user -> user.path("username").asText().equals("nats-user"))
        .findFirst()
        .orElseThrow()
        .get("password")
        .asText();
  }

  private Stream<Secret> files() {
    return versions.stream().filter(secret -> secret.getMetadata().getName().equals(CLUSTER));
  }

  private static String text(Secret file) {
    return new String(Base64.getDecoder().decode(file.getData().get(ServerConfigFile.KEY)), UTF_8);
  }

  private static long version(HasMetadata object) {
    return Long.parseLong(object.getMetadata().getResourceVersion());
  }

  @Override
  public void close() {
    watch.close();
  }

  /** The token before the rotation. */
  String old() {
    return old;
  }

  void requestReissue(String value) {
    sandbox.apply(
        Manifests.role("nats-user", "foo")
            .replace(
                "metadata:\n",
                "metadata:\n  annotations: {nats.io/reissue: '%s'}\n".formatted(value)));
  }

  void assertTokenStays(String token) {
    await()
        .during(Duration.ofSeconds(3))
        .untilAsserted(
            () -> {
              assertThat(token()).isEqualTo(token);
              assertThat(password()).isEqualTo(token);
            });
  }

  String token() {
    return sandbox.token("nats-user", CLUSTER).orElseThrow();
  }

  String password() {
    return sandbox.user(CLUSTER, "nats-user").get("password").asText();
  }

  Map<String, String> data() {
    return secret().getData();
  }

  void edit(UnaryOperator<Secret> change) {
    sandbox.client().resource(secret()).edit(change);
  }

  Secret secret() {
    return sandbox.secret(SECRET);
  }
}
