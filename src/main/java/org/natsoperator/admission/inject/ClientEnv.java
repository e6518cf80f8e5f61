package org.natsoperator.admission.inject;

import java.util.Optional;
import java.util.Set;
import org.natsoperator.access.PrivateInbox;
import org.natsoperator.admission.review.AdmissionWarnings;

/** Environment variables with a client's server URL and user. They never contain the token. */
final class ClientEnv {

  static final String URL = "NATS_URL";
  static final String CLUSTER = "NATS_CLUSTER";
  static final String USER = "NATS_USER";
  static final String TOKEN_FILE = "NATS_TOKEN_FILE";

  /** Prefix of the subjects on which the client receives replies. */
  static final String INBOX_PREFIX = "NATS_INBOX_PREFIX";

  static final Set<String> ALL = Set.of(URL, CLUSTER, USER, INBOX_PREFIX, TOKEN_FILE);

  private ClientEnv() {}

  /**
   * Sets the variables that apply to the cluster.
   *
   * @param tokenFile path of the token in the container
   */
  static void set(
      ContainerPatch container,
      ResolvedCluster cluster,
      Optional<String> tokenFile,
      AdmissionWarnings warnings) {
    container.set(URL, cluster.url(), warnings);
    container.set(CLUSTER, cluster.name(), warnings);
    if (cluster.trust() != TokenMode.NONE) {
      container.set(USER, cluster.client().user(), warnings);
      container.set(INBOX_PREFIX, PrivateInbox.prefix(cluster.client().identity()), warnings);
    }
    tokenFile.ifPresent(file -> container.set(TOKEN_FILE, file, warnings));
  }
}
