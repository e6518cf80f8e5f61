package org.natsoperator.token;

import io.fabric8.kubernetes.api.model.Secret;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.natsoperator.api.NatsApi;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.api.NatsServiceRole;

/**
 * The requests for a new token: the annotation {@value NatsApi#REISSUE_ANNOTATION} of a role and of
 * its cluster. The token Secret records the requests that its token fulfills.
 */
public record ReissueRequests(Optional<String> byRole, Optional<String> byCluster) {

  static final String REISSUED = "nats.io/reissued";
  static final String REISSUED_FOR_CLUSTER = "nats.io/reissued-for-cluster";

  /** The current requests for a role's token. */
  public static ReissueRequests of(NatsServiceRole role, NatsCluster cluster) {
    return new ReissueRequests(role.reissue(), cluster.reissue());
  }

  /** The requests that the token in a Secret fulfills. */
  public static ReissueRequests fulfilledBy(Secret secret) {
    return new ReissueRequests(
        TokenSecret.annotation(secret, REISSUED),
        TokenSecret.annotation(secret, REISSUED_FOR_CLUSTER));
  }

  /** Whether the role requests another token than that in the Secret. */
  public boolean isPendingByRole(Secret secret) {
    return byRole.isPresent() && !byRole.equals(fulfilledBy(secret).byRole);
  }

  /** Whether the cluster requests another token than that in the Secret. */
  public boolean isPendingByCluster(Secret secret) {
    return byCluster.isPresent() && !byCluster.equals(fulfilledBy(secret).byCluster);
  }

  /** The annotations for the Secret of a token that fulfills these requests. */
  Map<String, String> annotations() {
    Map<String, String> annotations = new HashMap<>();
    byRole.ifPresent(value -> annotations.put(REISSUED, value));
    byCluster.ifPresent(value -> annotations.put(REISSUED_FOR_CLUSTER, value));
    return annotations;
  }
}
