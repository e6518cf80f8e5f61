package org.natsoperator.role;

/** A ServiceAccount, by namespace and name. */
public record Identity(String namespace, String serviceAccount) {

  @Override
  public String toString() {
    return namespace + "/" + serviceAccount;
  }
}
