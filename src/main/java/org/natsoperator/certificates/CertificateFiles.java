package org.natsoperator.certificates;

import java.security.PrivateKey;
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

  /** Omits the keys. */
  @Override
  public String toString() {
    return "CertificateFiles[" + serving + "]";
  }
}
