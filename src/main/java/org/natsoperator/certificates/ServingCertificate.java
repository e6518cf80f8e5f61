package org.natsoperator.certificates;

import java.security.PrivateKey;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A certificate of the webhook server with its intermediate CAs and its key.
 *
 * @param chain the server's certificate first
 */
record ServingCertificate(List<X509Certificate> chain, PrivateKey key) {

  ServingCertificate {
    chain = List.copyOf(chain);
  }

  X509Certificate certificate() {
    return chain.getFirst();
  }

  /** Whether it contains all of the DNS names. A wildcard replaces the first label of a name. */
  boolean isValidFor(Collection<String> hosts) {
    try {
      Collection<List<?>> names =
          Objects.requireNonNullElse(certificate().getSubjectAlternativeNames(), List.of());
      Set<Object> all = names.stream().map(name -> name.get(1)).collect(Collectors.toSet());
      return hosts.stream()
          .allMatch(host -> all.contains(host) || all.contains(host.replaceFirst("^[^.]+", "*")));
    } catch (CertificateParsingException e) {
      return false;
    }
  }

  /** Omits the key. */
  @Override
  public String toString() {
    return "ServingCertificate[" + certificate().getSerialNumber().toString(16) + "]";
  }
}
