package org.natsoperator.certificates;

import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.stream.Stream;

/** Trusted CAs in order, without duplicates. */
record CaBundle(List<X509Certificate> certificates) {

  static final CaBundle EMPTY = new CaBundle(List.of());

  CaBundle {
    certificates = List.copyOf(new LinkedHashSet<>(certificates));
  }

  boolean isEmpty() {
    return certificates.isEmpty();
  }

  X509Certificate first() {
    return certificates.getFirst();
  }

  boolean contains(X509Certificate certificate) {
    return certificates.contains(certificate);
  }

  /** Ignores the order. */
  boolean isSame(CaBundle other) {
    return certificates.size() == other.certificates.size()
        && certificates.containsAll(other.certificates);
  }

  CaBundle and(Collection<CaBundle> others) {
    return new CaBundle(
        Stream.concat(Stream.of(this), others.stream())
            .flatMap(bundle -> bundle.certificates.stream())
            .toList());
  }

  /** Whether a certificate of the chain is one of these CAs or is signed by one. */
  boolean trusts(ServingCertificate serving) {
    return serving.chain().stream()
        .anyMatch(
            certificate ->
                contains(certificate)
                    || certificates.stream().anyMatch(ca -> isSignedBy(ca, certificate)));
  }

  static boolean isSignedBy(X509Certificate ca, X509Certificate certificate) {
    if (!certificate.getIssuerX500Principal().equals(ca.getSubjectX500Principal())) {
      return false;
    }
    try {
      certificate.verify(ca.getPublicKey());
      return true;
    } catch (GeneralSecurityException e) {
      return false;
    }
  }
}
