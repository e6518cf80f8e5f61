package org.natsoperator.certificates;

import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;

/**
 * Presents the latest certificate in every new TLS handshake. It keeps the previous certificate for
 * handshakes in progress, which read the alias, the chain and the key one after another.
 */
final class ReloadingKeyManager extends X509ExtendedKeyManager {

  /** The latest first. */
  private volatile List<ServingCertificate> certificates = List.of();

  /** Returns whether the certificate differs from the current one. */
  boolean serve(ServingCertificate certificate) {
    if (current().filter(last -> last.chain().equals(certificate.chain())).isPresent()) {
      return false;
    }
    certificates = Stream.concat(Stream.of(certificate), certificates.stream()).limit(2).toList();
    return true;
  }

  Optional<ServingCertificate> current() {
    return certificates.stream().findFirst();
  }

  @Override
  public String chooseEngineServerAlias(String type, Principal[] issuers, SSLEngine engine) {
    return current()
        .filter(certificate -> certificate.key().getAlgorithm().equals(type))
        .map(ReloadingKeyManager::alias)
        .orElse(null);
  }

  @Override
  public X509Certificate[] getCertificateChain(String alias) {
    return find(alias).map(found -> found.chain().toArray(X509Certificate[]::new)).orElse(null);
  }

  @Override
  public PrivateKey getPrivateKey(String alias) {
    return find(alias).map(ServingCertificate::key).orElse(null);
  }

  @Override
  public String[] getServerAliases(String type, Principal[] issuers) {
    return certificates.stream().map(ReloadingKeyManager::alias).toArray(String[]::new);
  }

  @Override
  public String chooseServerAlias(String type, Principal[] issuers, Socket socket) {
    return chooseEngineServerAlias(type, issuers, null);
  }

  @Override
  public String[] getClientAliases(String type, Principal[] issuers) {
    return null;
  }

  @Override
  public String chooseClientAlias(String[] types, Principal[] issuers, Socket socket) {
    return null;
  }

  private Optional<ServingCertificate> find(String alias) {
    return certificates.stream().filter(known -> alias(known).equals(alias)).findFirst();
  }

  private static String alias(ServingCertificate certificate) {
    return certificate.certificate().getSerialNumber().toString(16);
  }
}
