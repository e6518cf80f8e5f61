package org.natsoperator.admission.inject;

import java.util.List;
import java.util.Set;
import org.natsoperator.token.TokenSecret;

/**
 * The ServiceAccount whose client a pod is: its own. A pod that names none may mount the token
 * Secret of one, as the manifests of 2018 did; it must not wait for a token of the account that all
 * such pods share, which may never come. Nothing more is mounted into its containers then.
 */
final class ClientServiceAccount {

  private ClientServiceAccount() {}

  /**
   * @param cluster name of the NatsCluster
   */
  static String of(PodView pod, String cluster) {
    String own = pod.serviceAccount();
    if (!own.equals(PodView.DEFAULT_SERVICE_ACCOUNT)) {
      return own;
    }
    List<Set<String>> mounted =
        pod.secrets().map(secret -> TokenSecret.accountsIn(secret, cluster)).toList();
    return mounted.stream().anyMatch(accounts -> accounts.contains(own))
        ? own
        : mounted.stream().flatMap(Set::stream).findFirst().orElse(own);
  }
}
