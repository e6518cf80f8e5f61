package org.natsoperator.certificates;

import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;

/** The CAs that somebody trusts, in order, each once. */
record Bundle(List<X509Certificate> authorities) {

  Bundle {
    authorities = List.copyOf(new LinkedHashSet<>(authorities));
  }

  /** What others wrote may be anything, and then trusts nobody. */
  static Bundle ofText(String pem) {
    try {
      return new Bundle(Pem.certificates(pem));
    } catch (IllegalArgumentException e) {
      return new Bundle(List.of());
    }
  }

  boolean isEmpty() {
    return authorities.isEmpty();
  }

  boolean contains(Bundle other) {
    return authorities.containsAll(other.authorities);
  }

  boolean isSame(Bundle other) {
    return contains(other) && other.contains(this);
  }

  Bundle and(Collection<Bundle> others) {
    LinkedHashSet<X509Certificate> all = new LinkedHashSet<>(authorities);
    others.forEach(other -> all.addAll(other.authorities));
    return new Bundle(List.copyOf(all));
  }

  /** Whether one of the chain is one of these CAs, or is signed by one. */
  boolean trusts(Leaf leaf) {
    return leaf.chain().stream()
        .anyMatch(
            certificate ->
                authorities.stream()
                    .anyMatch(
                        authority ->
                            certificate.equals(authority) || signed(authority, certificate)));
  }

  static boolean signed(X509Certificate authority, X509Certificate certificate) {
    if (!certificate.getIssuerX500Principal().equals(authority.getSubjectX500Principal())) {
      return false;
    }
    try {
      certificate.verify(authority.getPublicKey());
      return true;
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  String pem() {
    return Pem.text(authorities);
  }
}
