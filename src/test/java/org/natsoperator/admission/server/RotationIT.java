package org.natsoperator.admission.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.natsoperator.admission.review.WebhookPaths;
import org.natsoperator.testing.ApiServer;
import org.natsoperator.testing.LongTest;
import org.natsoperator.testing.Sandbox;

/** A real API server calls replicas without a pause, while certificates and replicas change. */
@LongTest
@ExtendWith(ApiServer.class)
class RotationIT {

  private static final String AT_ONCE = "operator.webhooks.shutdown-delay=0s";

  /** A CA is replaced after 40 seconds. A delay is longer than a pause of a busy machine. */
  private static final String[] SHORT_LIVES = {
    "operator.webhooks.ca-lifetime=60s",
    "operator.webhooks.certificate-lifetime=36s",
    "operator.webhooks.ca-propagation-delay=7s",
    "operator.webhooks.ca-overlap=8s",
    AT_ONCE
  };

  private static final String[] GIVEN = {
    "operator.webhooks.generate-certificates=false",
    "operator.webhooks.ca-propagation-delay=7s",
    "operator.webhooks.ca-overlap=8s",
    AT_ONCE
  };

  private static final Duration TIME = Duration.ofSeconds(90);

  private static final Duration TIMEOUT = Duration.ofMinutes(5);

  /** Time after which the Service of the chart routes no request to a pod that is not ready. */
  private static final Duration UNTIL_SERVICE_CHANGES = Duration.ofMillis(500);

  @Test
  void noRequestFailsWhileCaAndCertificateRotate(Sandbox sandbox) throws Exception {
    String name = sandbox.namespace();
    Set<String> cas = new HashSet<>();
    Set<String> certificates = new HashSet<>();
    try (ConfigMaps maps = ConfigMaps.in(sandbox);
        Replica one = Replica.start(name, name, SHORT_LIVES);
        Replica two = Replica.start(name, name, SHORT_LIVES);
        Configurations ours = configurations(sandbox, one, two);
        AdmissionLoad load = new AdmissionLoad()) {
      ours.awaitCalls(maps, one, two, WebhookPaths.CLUSTERS);
      await().until(() -> one.isReady() && two.isReady());
      load.creating(4, maps).connecting(ours, two);
      long start = System.nanoTime();
      // A rotation has three states: the old CA, both, the new CA.
      for (int second = 0;
          second < TIME.toSeconds() || cas.size() < 6 || certificates.size() < 4;
          second++) {
        assertThat(Duration.ofNanos(System.nanoTime() - start))
            .as("time for %d states of CAs and %d certificates", cas.size(), certificates.size())
            .isLessThan(TIMEOUT);
        Thread.sleep(1_000);
        var data = sandbox.secret(name).getData();
        cas.add(data.get("ca.crt"));
        certificates.add(data.get("tls.crt"));
        assertThat(one.isReady() && two.isReady()).as("ready in second %d", second).isTrue();
        load.assertGoesOn("second " + second);
      }
      load.endAfter(200);
    }
  }

  @Test
  void noRequestFailsWhenCaOfGivenSecretIsReplaced(Sandbox sandbox) throws Exception {
    String name = sandbox.namespace();
    String donor = name + "-donor";
    try (ConfigMaps maps = ConfigMaps.in(sandbox);
        Replica issuer = Replica.start(name, donor, AT_ONCE)) {
      await().until(() -> hasData(sandbox, donor));
      copy(sandbox, donor, name);
      try (Replica replica = Replica.start(name, name, GIVEN);
          Configurations ours = configurations(sandbox, replica, replica);
          AdmissionLoad load = new AdmissionLoad()) {
        ours.awaitCalls(maps, replica, replica, WebhookPaths.CLUSTERS);
        String before = ours.caBundle();
        load.creating(1, maps).connecting(ours, replica).assertGoesOn("before the replacement");
        reissue(sandbox, donor);
        copy(sandbox, donor, name);
        await()
            .untilAsserted(() -> assertThat(ours.caBundle()).hasSizeGreaterThan(before.length()));
        load.assertGoesOn("with the old and the new CA");
        String after = sandbox.secret(name).getData().get("ca.crt");
        assertThat(after).isNotEqualTo(before);
        await().untilAsserted(() -> assertThat(ours.caBundle()).isEqualTo(after));
        load.assertGoesOn("with the new CA");
        load.endAfter(20);
      }
    }
  }

  @Test
  void noRequestFailsWhileReplicaStops(Sandbox sandbox) throws Exception {
    String name = sandbox.namespace();
    try (ConfigMaps maps = ConfigMaps.in(sandbox);
        Replica leaving = Replica.start(name, name, "operator.webhooks.shutdown-delay=8s");
        Replica staying = Replica.start(name, name, AT_ONCE);
        Configurations ours = configurations(sandbox, leaving, leaving);
        AdmissionLoad load = new AdmissionLoad()) {
      ours.awaitCalls(maps, leaving, leaving, WebhookPaths.CLUSTERS);
      await().until(staying::isReady);
      load.creating(1, maps).assertGoesOn("before the stop");
      CompletableFuture<Void> stop =
          CompletableFuture.runAsync(leaving::close, Thread::startVirtualThread);
      Thread.sleep(UNTIL_SERVICE_CHANGES);
      load.assertGoesOn("during the shutdown delay");
      configurations(sandbox, staying, staying);
      stop.get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
      load.assertGoesOn("during the stop");
      load.assertGoesOn("after the stop");
      load.endAfter(20);
      assertThat(staying.requests(WebhookPaths.CLUSTERS)).isPositive();
    }
  }

  /** The mutating webhook calls one replica, the validating webhook another. */
  private static Configurations configurations(
      Sandbox sandbox, Replica mutating, Replica validating) {
    return Configurations.create(
        sandbox.client(),
        sandbox.namespace(),
        mutating.port(),
        validating.port(),
        WebhookPaths.CLUSTERS);
  }

  /** Deletes a Secret and waits until the replica has created it again, with another CA. */
  private static void reissue(Sandbox sandbox, String secret) {
    String old = sandbox.secret(secret).getData().get("ca.crt");
    sandbox.delete(sandbox.secret(secret));
    await()
        .until(
            () ->
                hasData(sandbox, secret)
                    && !sandbox.secret(secret).getData().get("ca.crt").equals(old));
  }

  private static boolean hasData(Sandbox sandbox, String secret) {
    return sandbox.secret(secret) != null && sandbox.secret(secret).getData() != null;
  }

  /** Copies everything except the key of the CA, as another issuer leaves it. */
  private static void copy(Sandbox sandbox, String from, String to) {
    var secret = sandbox.secret(from);
    secret.getData().remove("ca.key");
    secret.setMetadata(
        new ObjectMetaBuilder().withName(to).withNamespace(sandbox.namespace()).build());
    sandbox.client().resource(secret).forceConflicts().serverSideApply();
  }
}
