package org.natsoperator.lookup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.natsoperator.lookup.InformersOfTest.createSecret;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.natsoperator.api.NatsServiceRole;
import org.natsoperator.kubernetes.ChangeHandler;
import org.natsoperator.testing.ApiServer;
import org.natsoperator.testing.RequestLog;
import org.natsoperator.testing.Sandbox;
import org.natsoperator.testing.Stopwatch;

/** The shared caches against a real API server. */
@ExtendWith(ApiServer.class)
class SharedInformerIT {

  private static final Duration SOON = Duration.ofSeconds(5);

  @AutoClose private final InformersOfTest informers = new InformersOfTest();

  @Test
  void findsWrittenObjectBeforeItsWatchEvent(Sandbox sandbox) {
    SharedInformer<Secret> secrets = informers.notStarted(sandbox).secrets();
    Secret written = createSecret(sandbox);

    secrets.written(written);

    assertThat(secrets.find(sandbox.namespace(), "a")).contains(written);
  }

  /** Only the event of the deletion can remove it, or ten seconds. */
  @Test
  void removesWrittenObjectThatWasDeleted(Sandbox sandbox) {
    SharedInformer<Secret> secrets = informers.started(sandbox).secrets();
    Secret written = createSecret(sandbox);
    await()
        .until(() -> secrets.list().anyMatch(secret -> secret.getMetadata().getName().equals("a")));

    secrets.written(written);
    sandbox.client().resource(written).delete();

    Stopwatch.within(SOON, () -> assertThat(secrets.find(sandbox.namespace(), "a")).isEmpty());
  }

  @Test
  void prefersNewestVersion(Sandbox sandbox) {
    SharedInformer<Secret> secrets = informers.started(sandbox).secrets();
    Secret old = createSecret(sandbox);
    sandbox
        .client()
        .resource(
            new SecretBuilder(old)
                .editMetadata()
                .addToAnnotations("nats.io/edited", "true")
                .endMetadata()
                .build())
        .update();
    await().until(() -> annotations(secrets, sandbox), Objects::nonNull);

    secrets.written(old);

    assertThat(annotations(secrets, sandbox)).containsKey("nats.io/edited");
  }

  /** The controllers start later, and their own caches are not filled before. */
  @Test
  void eventSourceIgnoresEventsBeforeItsStart(Sandbox sandbox) {
    List<String> mapped = new CopyOnWriteArrayList<>();
    SharedInformer<Secret> secrets = informers.notStarted(sandbox).secrets();
    new SharedEventSource<Secret, NatsServiceRole>(
        Secret.class,
        secrets,
        secret -> {
          mapped.add(secret.getMetadata().getName());
          return Set.of();
        });
    List<String> delivered = new CopyOnWriteArrayList<>();
    secrets.addHandler(
        new ChangeHandler<>(secret -> delivered.add(secret.getMetadata().getName()), gone -> {}));
    createSecret(sandbox);

    informers.start();

    await().until(() -> delivered.contains("a"));
    assertThat(mapped).isEmpty();
  }

  @Test
  void watchesSeveralNamespacesWithoutLosingObjects(Sandbox one, Sandbox other, Sandbox unwatched) {
    List.of(one, other, unwatched).forEach(InformersOfTest::createSecret);

    SharedInformers watching = informers.create(one.client(), one, other);
    informers.start();

    assertThat(watching.secrets().list().map(secret -> secret.getMetadata().getNamespace()))
        .containsExactlyInAnyOrder(one.namespace(), other.namespace());
  }

  /** Otherwise objects that do not fit into the heap together end every replica at its start. */
  @Test
  void listsEveryKindInPages(Sandbox sandbox) {
    createSecret(sandbox);
    RequestLog log = new RequestLog();
    try (KubernetesClient client = log.record(sandbox.client())) {
      informers.create(client, sandbox);
      informers.start();

      for (String kind :
          List.of("natsclusters", "natsserviceroles", "serviceaccounts", "secrets", "pods")) {
        assertThat(log.lists(kind))
            .isNotEmpty()
            .allMatch(request -> request.contains("limit=" + PageSize.USUAL))
            .noneMatch(request -> request.contains("resourceVersion=0"));
      }
      informers.close();
    }
  }

  private static Map<String, String> annotations(SharedInformer<Secret> secrets, Sandbox sandbox) {
    return secrets
        .find(sandbox.namespace(), "a")
        .map(secret -> secret.getMetadata().getAnnotations())
        .orElse(null);
  }
}
