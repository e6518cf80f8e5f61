package org.natsoperator.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.natsoperator.api.NatsCluster;

/** Tests the fake API server with the operator's client: TLS, lists, watches and writes. */
class FakeApiServerTest {

  @Test
  void listsWatchesAndWrites() throws Exception {
    BlockingQueue<String> events = new LinkedBlockingQueue<>();
    try (FakeApiServer api = new FakeApiServer();
        KubernetesClient client = client(api);
        Watch watch = client.secrets().inAnyNamespace().watch(into(events))) {
      assertThat(client.resources(NatsCluster.class).inAnyNamespace().list().getItems())
          .singleElement()
          .satisfies(
              cluster ->
                  assertThat(cluster.getMetadata().getName()).isEqualTo(TrainingObjects.NAME));
      assertThat(client.secrets().inNamespace("a").withName("b").get()).isNull();

      Secret secret = secret("b");
      client.resource(secret).create();
      client.resource(secret).delete();

      assertThat(events.poll(1, TimeUnit.MINUTES)).isEqualTo("ADDED a/b");
      assertThat(events.poll(1, TimeUnit.MINUTES)).isEqualTo("DELETED a/b");
    }
  }

  /** The certificate store watches one Secret, which may change before its watch begins. */
  @Test
  void watchOfOneObjectGetsOnlyItsEventsAndMissesNone() throws Exception {
    BlockingQueue<String> events = new LinkedBlockingQueue<>();
    try (FakeApiServer api = new FakeApiServer();
        KubernetesClient client = client(api)) {
      String listed = client.secrets().inNamespace("a").list().getMetadata().getResourceVersion();
      client.resource(secret("other")).create();
      client.resource(secret("b")).create();

      var one = client.secrets().inNamespace("a").withName("b");
      try (Watch watch =
          one.watch(new ListOptionsBuilder().withResourceVersion(listed).build(), into(events))) {
        client.resource(secret("b")).delete();

        assertThat(events.poll(1, TimeUnit.MINUTES)).isEqualTo("ADDED a/b");
        assertThat(events.poll(1, TimeUnit.MINUTES)).isEqualTo("DELETED a/b");
      }
      assertThat(
              client.secrets().inNamespace("a").withField("metadata.name", "b").list().getItems())
          .isEmpty();
    }
  }

  private static Secret secret(String name) {
    return new SecretBuilder()
        .withNewMetadata()
        .withNamespace("a")
        .withName(name)
        .endMetadata()
        .build();
  }

  /** The certificate store relies on these conflicts. */
  @Test
  void rejectsConflictingWrites() throws Exception {
    try (FakeApiServer api = new FakeApiServer();
        KubernetesClient client = client(api)) {
      Secret secret = secret("b");
      Secret created = client.resource(secret).create();
      client.resource(created).lockResourceVersion().update();

      assertThatThrownBy(() -> client.resource(secret).create())
          .isInstanceOf(KubernetesClientException.class)
          .hasFieldOrPropertyWithValue("code", 409);
      assertThatThrownBy(() -> client.resource(created).lockResourceVersion().update())
          .isInstanceOf(KubernetesClientException.class)
          .hasFieldOrPropertyWithValue("code", 409);
    }
  }

  /** Otherwise the operator would record the proof of a token again and again. */
  @Test
  void keepsChangedAnnotations() throws Exception {
    try (FakeApiServer api = new FakeApiServer();
        KubernetesClient client = client(api)) {
      Secret secret = secret("b");
      Secret created = client.resource(secret).create();
      client
          .resource(
              new SecretBuilder(created)
                  .editMetadata()
                  .addToAnnotations("one", "two")
                  .endMetadata()
                  .build())
          .update();

      assertThat(client.resource(secret).get().getMetadata().getAnnotations())
          .containsEntry("one", "two");
    }
  }

  private static KubernetesClient client(FakeApiServer api) {
    return new KubernetesClientBuilder()
        .withConfig(
            new ConfigBuilder()
                .withMasterUrl(api.address())
                .withCaCertData(api.certificate())
                .build())
        .build();
  }

  private static Watcher<Secret> into(BlockingQueue<String> events) {
    return new Watcher<>() {
      @Override
      public void eventReceived(Action action, Secret secret) {
        events.add(
            action
                + " "
                + secret.getMetadata().getNamespace()
                + "/"
                + secret.getMetadata().getName());
      }

      @Override
      public void onClose(WatcherException cause) {}
    };
  }
}
