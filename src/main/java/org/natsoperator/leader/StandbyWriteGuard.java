package org.natsoperator.leader;

import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.http.BasicBuilder;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.Interceptor;
import java.util.Set;
import java.util.regex.Pattern;
import org.natsoperator.settings.OperatorProperties;
import org.natsoperator.settings.WebhookProperties;
import org.springframework.stereotype.Component;

/**
 * Rejects every write of a replica that does not lead, before it is sent. So a reconciliation that
 * began before the lease was lost stops at its next write. Each replica may write the Lease and the
 * certificates of the webhooks, and create TokenReviews, which the API server does not store.
 */
@Component
public class StandbyWriteGuard implements Interceptor {

  private static final Set<String> READS = Set.of("GET", "HEAD");

  private final Leadership leadership;
  private final Pattern allowed;

  StandbyWriteGuard(
      Leadership leadership, OperatorProperties properties, WebhookProperties webhooks) {
    this.leadership = leadership;
    // A created Secret has no name in its path. Keys of clusters are created once there.
    allowed =
        Pattern.compile(
            (".*/apis/(coordination|admissionregistration)\\.k8s\\.io/.*"
                    + "|.*/apis/authentication\\.k8s\\.io/v1/tokenreviews"
                    + "|.*/namespaces/%s/secrets(/%s)?")
                .formatted(
                    Pattern.quote(properties.namespace()), Pattern.quote(webhooks.secret())));
  }

  @Override
  public void before(BasicBuilder builder, HttpRequest request, RequestTags tags) {
    if (!READS.contains(request.method())
        && !allowed.matcher(request.uri().getPath()).matches()
        && !leadership.isHeld()) {
      throw new KubernetesClientException("this replica is not the leader");
    }
  }
}
