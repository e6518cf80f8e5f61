package org.natsoperator.certificates;

import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;

/**
 * Gives every new connection the newest certificate. A handshake asks several times, so the one
 * before is kept for those that are under way.
 */
final class ServedKey extends X509ExtendedKeyManager {

  private static final int KEPT = 2;

  /** The newest first. */
  private final List<Leaf> leaves = new CopyOnWriteArrayList<>();

  /** Returns whether it is another than before. */
  boolean serve(Leaf leaf) {
    if (current().filter(leaf::isSame).isPresent()) {
      return false;
    }
    leaves.addFirst(leaf);
    if (leaves.size() > KEPT) {
      leaves.removeLast();
    }
    return true;
  }

  Optional<Leaf> current() {
    return leaves.stream().findFirst();
  }

  @Override
  public String chooseEngineServerAlias(String type, Principal[] issuers, SSLEngine engine) {
    return current()
        .filter(leaf -> leaf.key().getAlgorithm().equals(type))
        .map(ServedKey::alias)
        .orElse(null);
  }

  @Override
  public X509Certificate[] getCertificateChain(String alias) {
    return find(alias).map(leaf -> leaf.chain().toArray(X509Certificate[]::new)).orElse(null);
  }

  @Override
  public PrivateKey getPrivateKey(String alias) {
    return find(alias).map(Leaf::key).orElse(null);
  }

  @Override
  public String[] getServerAliases(String type, Principal[] issuers) {
    return leaves.stream().map(ServedKey::alias).toArray(String[]::new);
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

  private Optional<Leaf> find(String alias) {
    return leaves.stream().filter(leaf -> alias(leaf).equals(alias)).findFirst();
  }

  private static String alias(Leaf leaf) {
    return leaf.certificate().getSerialNumber().toString(16);
  }
}
