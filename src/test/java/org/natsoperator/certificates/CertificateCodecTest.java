package org.natsoperator.certificates;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.StringWriter;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.sec.ECPrivateKey;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.openssl.jcajce.JcaMiscPEMGenerator;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.openssl.jcajce.JceOpenSSLPKCS8EncryptorBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.util.io.pem.PemObject;
import org.bouncycastle.util.io.pem.PemObjectGenerator;
import org.junit.jupiter.api.Test;

class CertificateCodecTest {

  private static final CertificateCodec CODEC = new CertificateCodec();
  private static final CertificateFiles FILES = Observation.generated(Observation.START);

  @Test
  void readsWhatItWrites() {
    assertThat(CODEC.readSecret(CODEC.writeSecret(FILES))).isEqualTo(FILES);
    assertThat(CODEC.readSecret(Map.of())).isEqualTo(CertificateFiles.NONE);
    assertThat(CODEC.readBundle(CODEC.writeBundle(FILES.cas()))).isEqualTo(FILES.cas());
  }

  @Test
  void errorContainsKeyOfSecretWithoutValue() {
    assertThatThrownBy(() -> read("tls.key", "s3cret"))
        .hasMessageContaining("tls.key")
        .hasMessageNotContaining("s3cret")
        .rootCause()
        .hasMessageNotContaining("s3cret");
    assertThatThrownBy(() -> read("tls.crt", "s3cret")).hasMessageContaining("tls.crt");
    String invalid = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    assertThatThrownBy(() -> read("ca.crt", invalid)).hasMessageContaining("ca.crt");
    assertThatThrownBy(() -> read("tls.key", pem(FILES.caKey().orElseThrow())))
        .hasMessage("tls.key must be the key of the first certificate in tls.crt");
    assertThatThrownBy(() -> read("ca.key", pem(FILES.serving().orElseThrow().key())))
        .hasMessageContaining("ca.key must be the key");
  }

  @Test
  void readsInvalidCaBundleAsEmpty() {
    assertThat(CODEC.readBundle("")).isEqualTo(CaBundle.EMPTY);
    assertThat(CODEC.readBundle(base64("no PEM"))).isEqualTo(CaBundle.EMPTY);
    assertThat(CODEC.readBundle("?")).isEqualTo(CaBundle.EMPTY);
  }

  @Test
  void readsPrivateKeysInAllOpensslFormats() throws Exception {
    KeyPair rsa = keyPair("RSA", 2048);
    KeyPair ec = keyPair("EC", 256);
    assertThat(pem(rsa.getPrivate())).contains("BEGIN RSA PRIVATE KEY");
    assertRead(rsa, pem(rsa.getPrivate()));
    assertRead(rsa, pem(new JcaPKCS8Generator(rsa.getPrivate(), null)));
    var curve = SECObjectIdentifiers.secp256r1;
    var sec1 =
        new ECPrivateKey(
            256, ((java.security.interfaces.ECPrivateKey) ec.getPrivate()).getS(), curve);
    String key = pem(new PemObject("EC PRIVATE KEY", sec1.getEncoded()));
    assertRead(ec, key);
    assertRead(ec, pem(new PemObject("EC PARAMETERS", curve.getEncoded())) + key);
    assertRead(ec, pem(new JcaPKCS8Generator(ec.getPrivate(), null)).replace("\n", "\r\n"));
  }

  @Test
  void rejectsKeyWithPassphrase() throws Exception {
    var encryptor =
        new JceOpenSSLPKCS8EncryptorBuilder(JcaPKCS8Generator.AES_256_CBC)
            .setProvider(new BouncyCastleProvider())
            .setPassword("s3cret".toCharArray())
            .build();
    PrivateKey key = FILES.serving().orElseThrow().key();
    String encrypted = pem(new JcaPKCS8Generator(key, encryptor));
    assertThatThrownBy(() -> read("tls.key", encrypted))
        .hasMessage("tls.key must contain a private key in PEM without a passphrase");
  }

  @Test
  void toStringContainsNoPrivateKey() {
    assertThat(FILES.toString() + FILES.serving()).doesNotContain("PRIVATE", "PrivateKey", "key=");
  }

  private static void assertRead(KeyPair pair, String pem) throws Exception {
    X509Certificate certificate = selfSigned(pair);
    Map<String, String> data =
        Map.of(
            "tls.crt",
            CODEC.writeBundle(new CaBundle(List.of(certificate))),
            "tls.key",
            base64(pem));
    // The codec rejects a key that does not match the certificate.
    assertThat(CODEC.readSecret(data).serving())
        .hasValueSatisfying(read -> assertThat(read.chain()).containsExactly(certificate));
  }

  private static CertificateFiles read(String name, String content) {
    Map<String, String> data = new HashMap<>(CODEC.writeSecret(FILES));
    data.put(name, base64(content));
    return CODEC.readSecret(data);
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.US_ASCII));
  }

  private static KeyPair keyPair(String algorithm, int size) throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
    generator.initialize(size);
    return generator.generateKeyPair();
  }

  private static X509Certificate selfSigned(KeyPair pair) throws Exception {
    X500Principal name = new X500Principal("CN=a");
    Date start = Date.from(Observation.START);
    var builder =
        new JcaX509v3CertificateBuilder(name, BigInteger.ONE, start, start, name, pair.getPublic());
    String algorithm = pair.getPrivate().getAlgorithm().replace("EC", "ECDSA");
    return new JcaX509CertificateConverter()
        .getCertificate(
            builder.build(
                new JcaContentSignerBuilder("SHA256with" + algorithm).build(pair.getPrivate())));
  }

  /** Writes an RSA key in PKCS#1. */
  private static String pem(PrivateKey key) throws Exception {
    return pem(new JcaMiscPEMGenerator(key));
  }

  private static String pem(PemObjectGenerator object) throws Exception {
    StringWriter text = new StringWriter();
    try (JcaPEMWriter writer = new JcaPEMWriter(text)) {
      writer.writeObject(object);
    }
    return text.toString();
  }
}
