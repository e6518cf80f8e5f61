package org.natsoperator.lookup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.natsoperator.api.NatsServiceRole;
import org.natsoperator.kubernetes.ChangeHandler;
import org.natsoperator.settings.OperatorProperties;
import org.natsoperator.testing.ApiServer;
import org.natsoperator.testing.OperatorPropertiesFixture;
import org.natsoperator.testing.RequestLog;
import org.natsoperator.testing.Sandbox;

/** The shared caches against a real API server. */
@ExtendWith(ApiServer.class)
class SharedInformerIT {

  private static final Duration SOON = Duration.ofSeconds(5);

  private SharedInformers informers;

  @AfterEach
  void stop() {
    if (informers != null) {
      informers.stop();
    }
  }

  @Test
  void findsWrittenObjectBeforeItsWatchEvent(Sandbox sandbox) {
    SharedInformer<Secret> secrets = notStarted(sandbox).secrets();
    Secret written = create(sandbox);

    secrets.written(written);

    assertThat(secrets.find(sandbox.namespace(), "a")).contains(written);
  }

  /** Only the event of the deletion can remove it, or ten seconds. */
  @Test
  void removesWrittenObjectThatWasDeleted(Sandbox sandbox) {
    SharedInformer<Secret> secrets = started(sandbox).secrets();
    Secret written = create(sandbox);
    await()
        .until(() -> secrets.list().anyMatch(secret -> secret.getMetadata().getName().equals("a")));

    secrets.written(written);
    sandbox.client().resource(written).delete();

    await().atMost(SOON).until(() -> secrets.find(sandbox.namespace(), "a").isEmpty());
  }

  @Test
  void prefersNewestVersion(Sandbox sandbox) {
    SharedInformer<Secret> secrets = started(sandbox).secrets();
    Secret old = create(sandbox);
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
    SharedInformer<Secret> secrets = notStarted(sandbox).secrets();
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
    create(sandbox);

    start();

    await().until(() -> delivered.contains("a"));
    assertThat(mapped).isEmpty();
  }

  @Test
  void watchesSeveralNamespacesWithoutLosingObjects(Sandbox one, Sandbox other, Sandbox unwatched) {
    List.of(one, other, unwatched).forEach(SharedInformerIT::create);

    informers =
        new SharedInformers(one.client(), properties(Set.of(one.namespace(), other.namespace())));
    start();

    assertThat(informers.secrets().list().map(secret -> secret.getMetadata().getNamespace()))
        .containsExactlyInAnyOrder(one.namespace(), other.namespace());
  }

  /** Otherwise objects that do not fit into the heap together end every replica at its start. */
  @Test
  void listsEveryKindInPages(Sandbox sandbox) {
    create(sandbox);
    RequestLog log = new RequestLog();
    try (KubernetesClient client = log.record(sandbox.client())) {
      informers = new SharedInformers(client, properties(Set.of(sandbox.namespace())));
      start();

      for (String kind :
          List.of("natsclusters", "natsserviceroles", "serviceaccounts", "secrets", "pods")) {
        assertThat(log.lists(kind))
            .isNotEmpty()
            .allMatch(request -> request.contains("limit=" + PageSize.USUAL))
            .noneMatch(request -> request.contains("resourceVersion=0"));
      }
      informers.stop();
    }
  }

  private SharedInformers notStarted(Sandbox sandbox) {
    informers = new SharedInformers(sandbox.client(), properties(Set.of(sandbox.namespace())));
    return informers;
  }

  private SharedInformers started(Sandbox sandbox) {
    notStarted(sandbox);
    start();
    return informers;
  }

  private void start() {
    informers.start();
    await()
        .until(
            () ->
                Stream.of(
                        informers.secrets(),
                        informers.roles(),
                        informers.clusters(),
                        informers.serviceAccounts(),
                        informers.serverPods())
                    .allMatch(SharedInformer::hasSynced));
  }

  private static Secret create(Sandbox sandbox) {
    return create(sandbox, "a", List.of());
  }

  private static Secret create(
      Sandbox sandbox, String name, List<OwnerReference> owners, String... data) {
    SecretBuilder secret =
        new SecretBuilder()
            .withNewMetadata()
            .withName(name)
            .withNamespace(sandbox.namespace())
            .withOwnerReferences(owners)
            .addToLabels("app", "nats")
            .addToLabels("nats_cluster", "example-nats")
            .endMetadata();
    for (int i = 0; i < data.length; i += 2) {
      secret.addToData(data[i], data[i + 1]);
    }
    return sandbox.client().resource(secret.build()).create();
  }

  private static Map<String, String> annotations(SharedInformer<Secret> secrets, Sandbox sandbox) {
    return secrets
        .find(sandbox.namespace(), "a")
        .map(secret -> secret.getMetadata().getAnnotations())
        .orElse(null);
  }

  private static OperatorProperties properties(Set<String> namespaces) {
    return OperatorPropertiesFixture.watching(namespaces).build();
  }
}
