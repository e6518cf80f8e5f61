package org.natsoperator.certificates;

import java.security.PrivateKey;
import java.security.cert.X509Certificate;

/** A CA that can sign. */
record Authority(X509Certificate certificate, PrivateKey key) {

  /** Without the key. */
  @Override
  public String toString() {
    return "Authority[" + certificate.getSubjectX500Principal() + "]";
  }
}
