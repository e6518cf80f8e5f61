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
 * What is served: a certificate, those between it and its CA, and its key.
 *
 * @param chain the served certificate first
 */
record Leaf(List<X509Certificate> chain, PrivateKey key) {

  Leaf {
    chain = List.copyOf(chain);
  }

  X509Certificate certificate() {
    return chain.getFirst();
  }

  /**
   * Whether it is good for each of these host names, by itself or by a wildcard for the first part.
   */
  boolean names(Collection<String> hosts) {
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

  boolean isSame(Leaf other) {
    return chain.equals(other.chain);
  }

  /** Without the key. */
  @Override
  public String toString() {
    return "Leaf[" + certificate().getSerialNumber().toString(16) + "]";
  }
}
