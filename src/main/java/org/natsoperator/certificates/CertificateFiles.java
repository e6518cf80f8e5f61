package org.natsoperator.certificates;

import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;

/**
 * Content of the webhooks' Secret.
 *
 * @param cas CAs to publish; the first one issues certificates if the operator has its key
 * @param caKey key of the first CA
 */
record CertificateFiles(
    Optional<ServingCertificate> serving, CaBundle cas, Optional<PrivateKey> caKey) {

  static final CertificateFiles NONE =
      new CertificateFiles(Optional.empty(), CaBundle.EMPTY, Optional.empty());

  CertificateFiles with(ServingCertificate certificate) {
    return new CertificateFiles(Optional.of(certificate), cas, caKey);
  }

  /** Adds a CA that issues certificates from now on. The previous CAs remain published. */
  CertificateFiles withCa(X509Certificate ca, PrivateKey key) {
    return new CertificateFiles(
        serving, new CaBundle(List.of(ca)).and(List.of(cas)), Optional.of(key));
  }

  CertificateFiles withoutOldCas() {
    return new CertificateFiles(serving, new CaBundle(List.of(cas.first())), caKey);
  }

  /** Omits the keys. */
  @Override
  public String toString() {
    return "CertificateFiles[" + serving + "]";
  }
}
