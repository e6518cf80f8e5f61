package org.natsoperator.certificates;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.junit.jupiter.api.Test;

class CertificateFilesTest {

  private static final Instant NOW = Instant.now();
  private static final CertificateMaker MAKER = new CertificateMaker();
  private static final Authority AUTHORITY = MAKER.authority(Duration.ofDays(10), NOW);
  private static final Leaf LEAF = MAKER.leaf(AUTHORITY, List.of("a"), Duration.ofDays(1), NOW);
  private static final CertificateFiles FILES = CertificateFiles.NONE.with(AUTHORITY).with(LEAF);

  @Test
  void whatIsWrittenIsRead() {
    CertificateFiles read = CertificateFiles.of(FILES.data());
    assertThat(read).isEqualTo(FILES);
    assertThat(read.authority()).contains(AUTHORITY);
    assertThat(CertificateFiles.of(Map.of())).isEqualTo(CertificateFiles.NONE);
  }

  @Test
  void aMistakeNamesTheKeyOfTheSecretAndQuotesNothing() {
    assertThatThrownBy(() -> CertificateFiles.of(with("tls.key", "s3cret"))).hasMessageContaining("tls.key").hasMessageNotContaining("s3cret").rootCause().hasMessageNotContaining("s3cret");
    assertThatThrownBy(() -> CertificateFiles.of(with("tls.crt", "s3cret"))).hasMessageContaining("tls.crt");
    assertThatThrownBy(() -> CertificateFiles.of(with("ca.crt", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"))).hasMessageContaining("ca.crt");
    assertThatThrownBy(() -> CertificateFiles.of(with("tls.key", Pem.text(AUTHORITY.key())))).hasMessage("tls.key must be the key of the first certificate in tls.crt");
    assertThatThrownBy(() -> CertificateFiles.of(with("ca.key", Pem.text(LEAF.key())))).hasMessageContaining("ca.key must be the key");
  }

  @Test
  void keysMayBeWrittenAsOpensslDoes() throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(2048);
    PrivateKey rsa = generator.generateKeyPair().getPrivate();
    byte[] pkcs1 = PrivateKeyInfo.getInstance(rsa.getEncoded()).parsePrivateKey().toASN1Primitive().getEncoded();
    String pem = "-----BEGIN RSA PRIVATE KEY-----\n" + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(pkcs1) + "\n-----END RSA PRIVATE KEY-----\n";
    assertThat(Pem.key(pem)).isEqualTo(rsa);
  }

  @Test
  void noKeyIsInATextForLogs() {
    assertThat(FILES.toString() + LEAF + AUTHORITY).doesNotContain("PRIVATE", "PrivateKey", "key=");
  }

  private static Map<String, String> with(String name, String content) {
    Map<String, String> data = new HashMap<>(FILES.data());
    data.put(name, Base64.getEncoder().encodeToString(content.getBytes(StandardCharsets.US_ASCII)));
    return data;
  }
}
