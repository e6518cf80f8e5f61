package org.natsoperator.lookup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.natsoperator.testing.ApiServer;
import org.natsoperator.testing.OperatorPropertiesFixture;
import org.natsoperator.testing.RequestLog;
import org.natsoperator.testing.Sandbox;

/** Lists whose objects are so large that a usual page of them would fill the heap. */
@ExtendWith(ApiServer.class)
class SmallerPagesIT {

  private static final int SECRETS = 12;
  private static final String MEBIBYTE = "YWFh".repeat(250 << 10);
  private static final String HALF_MEBIBYTE = "YWFh".repeat(128 << 10);

  private final RequestLog log = new RequestLog();
  private volatile Instant now = Instant.parse("2026-11-29T12:00:00Z");
  private final Clock clock = ((InstantSource) () -> now).withZone(ZoneOffset.UTC);

  @Test
  void informerContinuesWithSmallerPages(Sandbox sandbox) {
    createSecrets(sandbox);
    try (KubernetesClient client = log.record(sandbox.client(), new SmallerPages(clock))) {
      SharedInformers informers =
          new SharedInformers(
              client, OperatorPropertiesFixture.watching(sandbox.namespace()).build());
      informers.start();
      await().until(informers.secrets()::hasSynced);

      assertThat(informers.secrets().list()).hasSize(SECRETS);
      assertThat(limits("secrets")).containsExactly("200", "40", "5", "5", "5");
      assertThat(limits("serviceaccounts")).containsOnly("200");
      informers.stop();
    }
  }

  @Test
  void listContinuesWithSmallerPages(Sandbox sandbox) {
    createSecrets(sandbox);
    Set<String> names = new HashSet<>();
    try (KubernetesClient client = log.record(sandbox.client(), new SmallerPages(clock))) {
      Pages.forEach(
          client.secrets().inNamespace(sandbox.namespace()).withLabel("app", "nats"),
          secret -> names.add(secret.getMetadata().getName()));
    }

    assertThat(names).hasSize(SECRETS);
    assertThat(limits("secrets")).containsExactly("200", "40", "5", "5", "5");
  }

  @Test
  void fewLargeObjectsNeedNoSmallestPages(Sandbox sandbox) {
    IntStream.range(10, 70)
        .mapToObj(i -> secret(sandbox.namespace(), "s" + i, i % 6 == 0 ? HALF_MEBIBYTE : "YWFh"))
        .forEach(secret -> sandbox.client().resource(secret).create());
    try (KubernetesClient client = log.record(sandbox.client(), new SmallerPages(clock))) {
      Pages.forEach(client.secrets().inNamespace(sandbox.namespace()), secret -> {});
    }

    assertThat(limits("secrets")).containsExactly("200", "40", "40");
  }

  @Test
  void listOfLargestObjectsContinuesWithSingleOnes(Sandbox sandbox) {
    IntStream.range(0, 6)
        .mapToObj(i -> secret(sandbox.namespace(), "s" + i, MEBIBYTE))
        .forEach(secret -> sandbox.client().resource(secret).create());
    try (KubernetesClient client = log.record(sandbox.client(), new SmallerPages(clock))) {
      Pages.forEach(client.secrets().inNamespace(sandbox.namespace()), secret -> {});
    }

    assertThat(limits("secrets")).containsExactly("200", "40", "5", "1", "1", "1", "1", "1", "1");
  }

  /** The large objects may be gone. */
  @Test
  void pagesAreLargeAgainAfterAnHour(Sandbox sandbox) {
    createSecrets(sandbox);
    try (KubernetesClient client = log.record(sandbox.client(), new SmallerPages(clock))) {
      var secrets = client.secrets().inNamespace(sandbox.namespace());
      Pages.forEach(secrets, secret -> {});
      secrets.delete();
      now = now.plus(Duration.ofHours(1));
      Pages.forEach(secrets, secret -> {});
    }

    assertThat(limits("secrets")).startsWith("200", "40", "5").endsWith("5", "200");
  }

  /** The limit of each list request for a plural name. */
  private List<String> limits(String plural) {
    return log.lists(plural).stream()
        .map(request -> request.replaceFirst(".*[?&]limit=(\\d+).*", "$1"))
        .toList();
  }

  private static void createSecrets(Sandbox sandbox) {
    IntStream.range(0, SECRETS)
        .mapToObj(i -> secret(sandbox.namespace(), "s" + i, HALF_MEBIBYTE))
        .forEach(secret -> sandbox.client().resource(secret).create());
  }

  private static Secret secret(String namespace, String name, String value) {
    return new SecretBuilder()
        .withNewMetadata()
        .withName(name)
        .withNamespace(namespace)
        .addToLabels("app", "nats")
        .addToLabels("nats_cluster", "example-nats")
        .endMetadata()
        .addToData("a", value)
        .build();
  }
}
