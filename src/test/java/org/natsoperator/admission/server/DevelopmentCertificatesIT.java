package org.natsoperator.admission.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.natsoperator.admission.review.WebhookPaths;
import org.natsoperator.testing.ApiServer;
import org.natsoperator.testing.OneAttempt;
import org.natsoperator.testing.Sandbox;

/** The certificates of {@code certs/make} work as its README describes. */
@ExtendWith(ApiServer.class)
class DevelopmentCertificatesIT {

  @TempDir private Path folder;

  @BeforeEach
  void createCertificates() throws IOException, InterruptedException {
    assertThat(new ProcessBuilder("certs/make", folder.toString()).inheritIO().start().waitFor())
        .isZero();
  }

  @Test
  void apiServerTrustsWebhooksWithTheseCertificates(Sandbox sandbox) throws IOException {
    String name = sandbox.namespace();
    var secret =
        new SecretBuilder()
            .withNewMetadata()
            .withName(name)
            .withNamespace(name)
            .endMetadata()
            .addToStringData("tls.crt", file("webhook.crt"))
            .addToStringData("tls.key", file("webhook.key"))
            .addToStringData("ca.crt", file("ca.crt"))
            .build();
    sandbox.client().resource(secret).create();
    String given = "operator.webhooks.generate-certificates=false";
    try (Replica replica = Replica.start(name, name, given, "operator.webhooks.shutdown-delay=0s");
        Configurations ours =
            Configurations.create(
                sandbox.client(), name, replica.port(), replica.port(), WebhookPaths.CLUSTERS)) {
      await().until(replica::isReady);
      await()
          .ignoreExceptions()
          .until(
              () -> create(sandbox).getMetadata().getAnnotations().get("reviewed").equals("yes"));
      var published =
          sandbox
              .client()
              .admissionRegistration()
              .v1()
              .mutatingWebhookConfigurations()
              .withName(name)
              .get();
      assertThat(published.getWebhooks().getFirst().getClientConfig().getCaBundle())
          .isEqualTo(sandbox.secret(name).getData().get("ca.crt"));
    }
  }

  @Test
  void certificatesOfNatsServersAllowServerAndClientUse()
      throws IOException, GeneralSecurityException {
    X509Certificate server = certificate("nats.crt");
    server.verify(certificate("ca.crt").getPublicKey());
    assertThat(server.getExtendedKeyUsage())
        .containsExactlyInAnyOrder("1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2");
    assertThat(server.getSubjectAlternativeNames())
        .extracting(name -> name.get(1).toString())
        .contains("example-nats.nats-io.svc", "*.example-nats-mgmt.nats-io.svc");
  }

  private static ConfigMap create(Sandbox sandbox) {
    var map =
        new ConfigMapBuilder()
            .withNewMetadata()
            .withNamespace(sandbox.namespace())
            .withGenerateName("a-")
            .addToLabels("case", "patched")
            .endMetadata()
            .build();
    return OneAttempt.of(sandbox.client()).resource(map).dryRun().create();
  }

  private String file(String name) throws IOException {
    return Files.readString(folder.resolve(name));
  }

  private X509Certificate certificate(String name) throws IOException, GeneralSecurityException {
    try (var text = Files.newInputStream(folder.resolve(name))) {
      return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(text);
    }
  }
}
