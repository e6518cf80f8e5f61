package org.natsoperator.certificates;

import java.nio.charset.StandardCharsets;
import java.security.PrivateKey;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the Secret of the webhooks holds, under the names that cert-manager uses too: {@code
 * tls.crt}, {@code tls.key}, {@code ca.crt} and, if the operator makes them, {@code ca.key}.
 *
 * @param authorities the CAs to publish; the first is the one that {@code authorityKey} signs for
 */
record CertificateFiles(
    Optional<Leaf> leaf, Bundle authorities, Optional<PrivateKey> authorityKey) {

  static final String LEAF = "tls.crt";
  static final String LEAF_KEY = "tls.key";
  static final String AUTHORITIES = "ca.crt";
  static final String AUTHORITY_KEY = "ca.key";

  static final CertificateFiles NONE =
      new CertificateFiles(Optional.empty(), new Bundle(List.of()), Optional.empty());

  /**
   * Reads a Secret's data, in Base64.
   *
   * @throws IllegalArgumentException naming the key of the Secret that cannot be read
   */
  static CertificateFiles of(Map<String, String> data) {
    Optional<PrivateKey> key = key(data, LEAF_KEY);
    Optional<Bundle> chain = certificates(data, LEAF);
    Optional<Bundle> authorities = certificates(data, AUTHORITIES);
    Optional<PrivateKey> authorityKey = key(data, AUTHORITY_KEY);
    check(LEAF_KEY, key, LEAF, chain);
    check(AUTHORITY_KEY, authorityKey, AUTHORITIES, authorities);
    return new CertificateFiles(
        chain.flatMap(found -> key.map(its -> new Leaf(found.authorities(), its))),
        authorities.orElseGet(() -> new Bundle(List.of())),
        authorityKey);
  }

  /** In Base64, as a Secret's data. */
  Map<String, String> data() {
    Map<String, String> data = new LinkedHashMap<>();
    data.put(AUTHORITIES, encoded(authorities.pem()));
    authorityKey.ifPresent(key -> data.put(AUTHORITY_KEY, encoded(Pem.text(key))));
    leaf.ifPresent(
        served -> {
          data.put(LEAF, encoded(Pem.text(served.chain())));
          data.put(LEAF_KEY, encoded(Pem.text(served.key())));
        });
    return data;
  }

  /** The CA that signs; without its key there is none. */
  Optional<Authority> authority() {
    return authorities.isEmpty()
        ? Optional.empty()
        : authorityKey.map(key -> new Authority(authorities.authorities().getFirst(), key));
  }

  CertificateFiles with(Leaf served) {
    return new CertificateFiles(Optional.of(served), authorities, authorityKey);
  }

  /** Another CA signs from now on; those before it are still published. */
  CertificateFiles with(Authority next) {
    Bundle all = new Bundle(List.of(next.certificate())).and(List.of(authorities));
    return new CertificateFiles(leaf, all, Optional.of(next.key()));
  }

  CertificateFiles withoutOldAuthorities() {
    return new CertificateFiles(
        leaf, new Bundle(List.of(authorities.authorities().getFirst())), authorityKey);
  }

  private static Optional<String> file(Map<String, String> data, String name) {
    return Optional.ofNullable(data.get(name))
        .map(text -> new String(Base64.getDecoder().decode(text), StandardCharsets.US_ASCII))
        .filter(text -> !text.isBlank());
  }

  private static Optional<Bundle> certificates(Map<String, String> data, String name) {
    Optional<Bundle> found = file(data, name).map(Bundle::ofText);
    if (found.isPresent() && found.get().isEmpty()) {
      throw new IllegalArgumentException(name + " must hold certificates in PEM");
    }
    return found;
  }

  private static Optional<PrivateKey> key(Map<String, String> data, String name) {
    try {
      return file(data, name).map(Pem::key);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          name + " must hold a private key in PEM, without a passphrase", e);
    }
  }

  private static void check(
      String keyName, Optional<PrivateKey> key, String name, Optional<Bundle> certificates) {
    if (key.isPresent()
        && certificates.isPresent()
        && !KeyMatch.is(certificates.get().authorities().getFirst(), key.get())) {
      throw new IllegalArgumentException(
          keyName + " must be the key of the first certificate in " + name);
    }
  }

  private static String encoded(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.US_ASCII));
  }

  /** Without the keys. */
  @Override
  public String toString() {
    return "CertificateFiles[" + leaf + "]";
  }
}
