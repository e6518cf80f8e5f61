package org.natsoperator.kubernetes;

import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Ties the Lease to the operator's ServiceAccount, so that it goes when the operator is
 * uninstalled. A chart cannot hold it: the elector refuses a Lease that it did not make.
 */
@Component
class LeaseOwner {

  private static final Logger LOG = LoggerFactory.getLogger(LeaseOwner.class);
  private static final PatchContext MERGE =
      new PatchContext.Builder().withPatchType(PatchType.JSON_MERGE).build();

  private final KubernetesClient client;
  private final OperatorProperties properties;

  LeaseOwner(KubernetesClient client, OperatorProperties properties) {
    this.client = client;
    this.properties = properties;
  }

  /** Sets the owner. Without a ServiceAccount, outside a cluster, the Lease stays. */
  void own(String lease) {
    String account = properties.serviceAccountName();
    if (account.isEmpty()) {
      return;
    }
    try {
      ServiceAccount owner =
          client.serviceAccounts().inNamespace(properties.namespace()).withName(account).get();
      client
          .leases()
          .inNamespace(properties.namespace())
          .withName(lease)
          .patch(MERGE, patch(owner));
    } catch (RuntimeException e) {
      LOG.warn("Lease {} will outlive this operator: {}", lease, e.getMessage());
    }
  }

  private String patch(ServiceAccount account) {
    OwnerReference owner =
        new OwnerReferenceBuilder()
            .withApiVersion("v1")
            .withKind("ServiceAccount")
            .withName(account.getMetadata().getName())
            .withUid(account.getMetadata().getUid())
            .build();
    return client
        .getKubernetesSerialization()
        .asJson(Map.of("metadata", Map.of("ownerReferences", List.of(owner))));
  }
}
