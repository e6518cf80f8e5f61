package org.natsoperator.lookup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.natsoperator.api.NatsServiceRole;
import org.natsoperator.settings.OperatorProperties;
import org.natsoperator.testing.ApiServer;
import org.natsoperator.testing.Manifests;
import org.natsoperator.testing.OperatorPropertiesFixture;
import org.natsoperator.testing.Sandbox;

/** The shared caches against a real API server. */
@ExtendWith(ApiServer.class)
class SharedInformerIT {

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

  @Test
  void removesWrittenObjectThatWasDeleted(Sandbox sandbox) {
    SharedInformer<Secret> secrets = started(sandbox).secrets();
    Secret written = create(sandbox);
    secrets.written(written);

    await()
        .until(() -> secrets.list().anyMatch(secret -> secret.getMetadata().getName().equals("a")));
    sandbox.client().resource(written).delete();

    await().until(() -> secrets.find(sandbox.namespace(), "a").isEmpty());
  }

  @Test
  void prefersNewestVersion(Sandbox sandbox) {
    SharedInformer<Secret> secrets = started(sandbox).secrets();
    Secret old = create(sandbox);
    Secret edited =
        sandbox.client().resource(new SecretBuilder(old).addToData("key", "bmV3").build()).update();
    await().until(() -> secrets.find(sandbox.namespace(), "a").map(Secret::getData).isPresent());

    secrets.written(old);

    assertThat(secrets.find(sandbox.namespace(), "a").orElseThrow().getData())
        .isEqualTo(edited.getData());
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

  @Test
  void keepsOnlyUsedFieldsOfRole(Sandbox sandbox) {
    sandbox.apply(
        Manifests.role("nats-user", "foo")
            .replace(
                "metadata:\n",
                "metadata:\n  annotations: {a: b, nats.io/cluster-namespace: core}\n"));

    NatsServiceRole role =
        started(sandbox).roles().find(sandbox.namespace(), "nats-user").orElseThrow();

    assertThat(role.getMetadata().getAnnotations())
        .isEqualTo(Map.of("nats.io/cluster-namespace", "core"));
    assertThat(role.getMetadata().getManagedFields()).isNullOrEmpty();
    assertThat(role.clusterName()).contains(Manifests.CLUSTER);
    assertThat(role.getSpec().permissions().publish()).isNotEmpty();
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
    await().until(() -> informers.secrets().hasSynced() && informers.roles().hasSynced());
  }

  private static Secret create(Sandbox sandbox) {
    return sandbox
        .client()
        .resource(
            new SecretBuilder()
                .withNewMetadata()
                .withName("a")
                .withNamespace(sandbox.namespace())
                .addToLabels("app", "nats")
                .addToLabels("nats_cluster", "example-nats")
                .endMetadata()
                .build())
        .create();
  }

  private static OperatorProperties properties(Set<String> namespaces) {
    return OperatorPropertiesFixture.watching(namespaces).build();
  }
}
