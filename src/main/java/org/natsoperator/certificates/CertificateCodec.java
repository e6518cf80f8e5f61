package org.natsoperator.certificates;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.springframework.boot.ssl.pem.PemContent;
import org.springframework.stereotype.Component;

/**
 * Reads and writes certificates and keys as Kubernetes stores them: PEM in Base64. The keys of the
 * Secret have the names that cert-manager uses; {@code ca.key} is added to generated certificates.
 * No exception message quotes the content.
 */
@Component
class CertificateCodec {

  private static final String CERTIFICATE = "tls.crt";
  private static final String KEY = "tls.key";
  private static final String CAS = "ca.crt";
  private static final String CA_KEY = "ca.key";

  private static final Base64.Encoder LINES = Base64.getMimeEncoder(64, new byte[] {'\n'});

  /**
   * Reads the {@code data} of the webhooks' Secret.
   *
   * @throws IllegalArgumentException naming the key of the Secret that has an invalid value
   */
  CertificateFiles readSecret(Map<String, String> data) {
    CaBundle chain = certificates(data, CERTIFICATE);
    CaBundle cas = certificates(data, CAS);
    Optional<PrivateKey> key = key(data, KEY, CERTIFICATE, chain);
    return new CertificateFiles(
        key.map(its -> new ServingCertificate(chain.certificates(), its)),
        cas,
        key(data, CA_KEY, CAS, cas));
  }

  Map<String, String> writeSecret(CertificateFiles files) {
    Map<String, String> data = new LinkedHashMap<>();
    data.put(CAS, writeBundle(files.cas()));
    files.caKey().ifPresent(key -> data.put(CA_KEY, writeKey(key)));
    files
        .serving()
        .ifPresent(
            serving -> {
              data.put(CERTIFICATE, writeBundle(new CaBundle(serving.chain())));
              data.put(KEY, writeKey(serving.key()));
            });
    return data;
  }

  /** Reads the {@code caBundle} of a webhook. An invalid value results in an empty bundle. */
  CaBundle readBundle(String base64) {
    try {
      return new CaBundle(PemContent.of(text(base64)).getCertificates());
    } catch (IllegalArgumentException | IllegalStateException e) {
      return CaBundle.EMPTY;
    }
  }

  String writeBundle(CaBundle bundle) {
    StringBuilder text = new StringBuilder();
    for (X509Certificate certificate : bundle.certificates()) {
      try {
        text.append(pem("CERTIFICATE", certificate.getEncoded()));
      } catch (CertificateEncodingException e) {
        throw new IllegalStateException("Failed to encode a certificate", e);
      }
    }
    return base64(text.toString());
  }

  private CaBundle certificates(Map<String, String> data, String name) {
    String value = data.getOrDefault(name, "");
    CaBundle bundle = readBundle(value);
    if (bundle.isEmpty() && !text(value).isBlank()) {
      throw new IllegalArgumentException(name + " must contain certificates in PEM");
    }
    return bundle;
  }

  /** Reads the private key of the first certificate; empty if either is missing. */
  private static Optional<PrivateKey> key(
      Map<String, String> data, String name, String certificateName, CaBundle certificates) {
    String pem = text(data.getOrDefault(name, ""));
    if (pem.isBlank()) {
      return Optional.empty();
    }
    PrivateKey key;
    try {
      key = PemContent.of(pem).getPrivateKey();
    } catch (IllegalArgumentException | IllegalStateException e) {
      throw new IllegalArgumentException(
          name + " must contain a private key in PEM without a passphrase", e);
    }
    if (!certificates.isEmpty() && !matches(key, certificates.first())) {
      throw new IllegalArgumentException(
          name + " must be the key of the first certificate in " + certificateName);
    }
    return Optional.of(key).filter(its -> !certificates.isEmpty());
  }

  private static String text(String base64) {
    return new String(Base64.getDecoder().decode(base64), StandardCharsets.US_ASCII);
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.US_ASCII));
  }

  private static String writeKey(PrivateKey key) {
    return base64(pem("PRIVATE KEY", key.getEncoded()));
  }

  private static String pem(String type, byte[] content) {
    return "-----BEGIN %1$s-----\n%2$s\n-----END %1$s-----\n"
        .formatted(type, LINES.encodeToString(content));
  }

  /** Whether the certificate verifies a signature of the key. */
  private static boolean matches(PrivateKey key, X509Certificate certificate) {
    String algorithm =
        switch (key.getAlgorithm()) {
          case "EC" -> "SHA256withECDSA";
          case "RSA" -> "SHA256withRSA";
          default -> key.getAlgorithm();
        };
    try {
      Signature signature = Signature.getInstance(algorithm);
      signature.initSign(key);
      byte[] signed = signature.sign();
      signature.initVerify(certificate.getPublicKey());
      return signature.verify(signed);
    } catch (GeneralSecurityException e) {
      return false;
    }
  }
}
