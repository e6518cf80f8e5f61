package org.natsoperator.admission.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.StatusCause;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.natsoperator.admission.review.WebhookPaths;
import org.natsoperator.testing.ApiServer;
import org.natsoperator.testing.LongTest;
import org.natsoperator.testing.OneAttempt;
import org.natsoperator.testing.Sandbox;

/** A real API server calls two replicas, while their certificates come and go. */
@LongTest
@ExtendWith(ApiServer.class)
class RotationIT {

  /** By namespace. */
  private static final Map<String, KubernetesClient> CLIENTS = new ConcurrentHashMap<>();

  private static final String AT_ONCE = "operator.webhooks.shutdown-delay=0s";

  /** A CA is replaced after 20 seconds. */
  private static final String[] SHORT_LIVES = {
    "operator.webhooks.ca-lifetime=30s",
    "operator.webhooks.certificate-lifetime=18s",
    "operator.webhooks.ca-propagation-delay=3s",
    "operator.webhooks.ca-overlap=4s",
    AT_ONCE
  };

  private static final String[] GIVEN = {
    "operator.webhooks.generate-certificates=false",
    "operator.webhooks.ca-propagation-delay=2s",
    "operator.webhooks.ca-overlap=4s",
    AT_ONCE
  };

  @Test
  void whatAUserSees(Sandbox sandbox) {
    String name = sandbox.namespace();
    try (Replica replica = Replica.start(name, name, AT_ONCE);
        Configurations ours =
            Configurations.create(
                sandbox.client(), name, replica.port(), replica.port(), WebhookPaths.ROLES)) {
      await().until(replica::isReady);
      await()
          .ignoreExceptions()
          .until(
              () ->
                  create(sandbox, "patched")
                      .getMetadata()
                      .getAnnotations()
                      .get("reviewed")
                      .equals("yes"));
      KubernetesClientException refused = refusal(sandbox);
      assertThat(refused.getCode()).isEqualTo(422);
      assertThat(refused.getStatus().getReason()).isEqualTo("Invalid");
      assertThat(refused.getStatus().getMessage()).contains("data.a: is odd; data.b: is missing");
      assertThat(refused.getStatus().getDetails().getCauses())
          .extracting(StatusCause::getField)
          .containsExactly("data.a", "data.b");
      assertThat(
              sandbox.kubectlApply(
                  "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, labels: {case: refused}}"))
          .contains("data.a: is odd", "data.b: is missing");
    }
  }

  /** Go's HTTP/2 sends other pieces than Java's: as small as flow control lets them be. */
  @Test
  void largeObjectsAreReviewedAgainAndAgain(Sandbox sandbox) {
    String name = sandbox.namespace();
    try (Replica replica = Replica.start(name, name, AT_ONCE);
        Configurations ours =
            Configurations.create(
                sandbox.client(), name, replica.port(), replica.port(), WebhookPaths.CLUSTERS)) {
      await().until(replica::isReady);
      await().ignoreExceptions().until(() -> create(sandbox, "patched") != null);
      Map<String, String> data = Map.of("large", "x".repeat(700_000));
      assertThatCode(
              () ->
                  IntStream.range(0, 40).parallel().forEach(i -> create(sandbox, "patched", data)))
          .doesNotThrowAnyException();
    }
  }

  @Test
  void noAdmissionFailsWhileAuthorityAndCertificateChange(Sandbox sandbox)
      throws InterruptedException {
    String name = sandbox.namespace();
    Queue<String> failures = new ConcurrentLinkedQueue<>();
    Set<String> authorities = new HashSet<>();
    Set<String> leaves = new HashSet<>();
    AtomicInteger admitted = new AtomicInteger();
    try (Replica one = Replica.start(name, name, SHORT_LIVES);
        Replica two = Replica.start(name, name, SHORT_LIVES);
        Configurations ours =
            Configurations.create(
                sandbox.client(), name, one.port(), two.port(), WebhookPaths.CLUSTERS)) {
      await().until(() -> one.isReady() && two.isReady());
      await().ignoreExceptions().until(() -> create(sandbox, "patched") != null);
      AtomicBoolean over = new AtomicBoolean();
      List<Thread> load = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        load.add(Thread.startVirtualThread(() -> createUntil(over, sandbox, admitted, failures)));
      }
      load.add(
          Thread.startVirtualThread(
              () -> connectUntil(over, sandbox.client(), name, two.port(), failures)));
      for (int second = 0; second < 90; second++) {
        Thread.sleep(1_000);
        var data = sandbox.secret(name).getData();
        authorities.add(data.get("ca.crt"));
        leaves.add(data.get("tls.crt"));
        assertThat(one.isReady() && two.isReady()).as("ready in second %d", second).isTrue();
      }
      over.set(true);
      for (Thread thread : load) {
        thread.join();
      }
    }
    assertThat(failures).isEmpty();
    assertThat(admitted.get()).isGreaterThan(200);
    // New, new and old, new: three states for each change.
    assertThat(authorities).hasSizeGreaterThanOrEqualTo(6);
    assertThat(leaves).hasSizeGreaterThanOrEqualTo(4);
    System.out.printf(
        "admitted %d, states of ca.crt %d, certificates %d%n",
        admitted.get(), authorities.size(), leaves.size());
  }

  @Test
  void aGivenSecretWhoseAuthorityChangesAtOnceLeavesNoGap(Sandbox sandbox)
      throws InterruptedException {
    String name = sandbox.namespace();
    String donor = name + "-donor";
    Queue<String> failures = new ConcurrentLinkedQueue<>();
    AtomicInteger admitted = new AtomicInteger();
    try (Replica maker = Replica.start(name, donor, AT_ONCE)) {
      await().until(() -> has(sandbox, donor));
      copy(sandbox, donor, name);
      try (Replica replica = Replica.start(name, name, GIVEN);
          Configurations ours =
              Configurations.create(
                  sandbox.client(), name, replica.port(), replica.port(), WebhookPaths.CLUSTERS)) {
        await().until(replica::isReady);
        await().ignoreExceptions().until(() -> create(sandbox, "patched") != null);
        String before = bundle(sandbox.client(), name);
        AtomicBoolean over = new AtomicBoolean();
        Thread load =
            Thread.startVirtualThread(() -> createUntil(over, sandbox, admitted, failures));
        Thread strangers =
            Thread.startVirtualThread(
                () -> connectUntil(over, sandbox.client(), name, replica.port(), failures));
        String old = sandbox.secret(donor).getData().get("ca.crt");
        sandbox.delete(sandbox.secret(donor));
        await()
            .until(
                () ->
                    has(sandbox, donor)
                        && !sandbox.secret(donor).getData().get("ca.crt").equals(old));
        copy(sandbox, donor, name);
        await()
            .untilAsserted(
                () ->
                    assertThat(bundle(sandbox.client(), name).length())
                        .as("old and new")
                        .isGreaterThan(before.length()));
        await()
            .untilAsserted(
                () ->
                    assertThat(bundle(sandbox.client(), name))
                        .as("the new one alone")
                        .isEqualTo(sandbox.secret(name).getData().get("ca.crt")));
        await().ignoreExceptions().until(() -> create(sandbox, "patched") != null);
        over.set(true);
        load.join();
        strangers.join();
      }
    }
    assertThat(failures).isEmpty();
    assertThat(admitted.get()).isGreaterThan(20);
  }

  @Test
  void stoppingReplicaAnswersDuringDelayAndFinishesRequests(Sandbox sandbox)
      throws InterruptedException {
    String name = sandbox.namespace();
    Queue<String> failures = new ConcurrentLinkedQueue<>();
    AtomicInteger admitted = new AtomicInteger();
    Replica leaving = Replica.start(name, name, "operator.webhooks.shutdown-delay=3s");
    try (Replica staying = Replica.start(name, name, AT_ONCE);
        Configurations ours =
            Configurations.create(
                sandbox.client(), name, leaving.port(), leaving.port(), WebhookPaths.CLUSTERS)) {
      await().until(() -> leaving.isReady() && staying.isReady());
      await().ignoreExceptions().until(() -> create(sandbox, "patched") != null);
      AtomicBoolean over = new AtomicBoolean();
      Thread load = Thread.startVirtualThread(() -> createUntil(over, sandbox, admitted, failures));
      Thread stop = Thread.startVirtualThread(leaving::close);
      Thread.sleep(500);
      // What a Service does when the pod is not ready any more.
      Configurations.create(
          sandbox.client(), name, staying.port(), staying.port(), WebhookPaths.CLUSTERS);
      Thread.sleep(4_000);
      over.set(true);
      load.join();
      stop.join();
      assertThat(create(sandbox, "patched")).isNotNull();
    }
    assertThat(failures).isEmpty();
    assertThat(admitted.get()).isGreaterThan(20);
  }

  private static void createUntil(
      AtomicBoolean over, Sandbox sandbox, AtomicInteger admitted, Queue<String> failures) {
    while (!over.get()) {
      try {
        create(sandbox, "patched");
        admitted.incrementAndGet();
      } catch (KubernetesClientException e) {
        failures.add(e.getMessage());
      }
    }
  }

  /** Like API servers that make a new connection, and hear of CAs half a second late. */
  private static void connectUntil(
      AtomicBoolean over, KubernetesClient client, String name, int port, Queue<String> failures) {
    while (!over.get()) {
      String trusted = bundle(client, name);
      try {
        Thread.sleep(500);
        if (Caller.trusting(trusted, port).post(WebhookPaths.CLUSTERS, "").statusCode() != 400) {
          failures.add("another status");
        }
      } catch (IOException | InterruptedException e) {
        failures.add("new connection: " + e);
      }
    }
  }

  private static ConfigMap create(Sandbox sandbox, String label) {
    return create(sandbox, label, Map.of());
  }

  private static ConfigMap create(Sandbox sandbox, String label, Map<String, String> data) {
    ConfigMap map =
        new ConfigMapBuilder()
            .withData(data)
            .withNewMetadata()
            .withNamespace(sandbox.namespace())
            .withGenerateName("a-")
            .addToLabels("case", label)
            .endMetadata()
            .build();
    return CLIENTS
        .computeIfAbsent(sandbox.namespace(), name -> OneAttempt.of(sandbox.client()))
        .resource(map)
        .dryRun()
        .create();
  }

  private static KubernetesClientException refusal(Sandbox sandbox) {
    try {
      create(sandbox, "refused");
    } catch (KubernetesClientException e) {
      return e;
    }
    throw new AssertionError("was not refused");
  }

  private static boolean has(Sandbox sandbox, String secret) {
    return sandbox.secret(secret) != null && sandbox.secret(secret).getData() != null;
  }

  /** All but the key of the CA, as another issuer leaves it. */
  private static void copy(Sandbox sandbox, String from, String to) {
    var secret = sandbox.secret(from);
    secret.getData().remove("ca.key");
    secret.setMetadata(
        new io.fabric8.kubernetes.api.model.ObjectMetaBuilder()
            .withName(to)
            .withNamespace(sandbox.namespace())
            .build());
    sandbox.client().resource(secret).forceConflicts().serverSideApply();
  }

  private static String bundle(KubernetesClient client, String name) {
    return client
        .admissionRegistration()
        .v1()
        .validatingWebhookConfigurations()
        .withName(name)
        .get()
        .getWebhooks()
        .getFirst()
        .getClientConfig()
        .getCaBundle();
  }
}
