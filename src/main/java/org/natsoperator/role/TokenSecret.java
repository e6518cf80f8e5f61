package org.natsoperator.role;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.natsoperator.api.NatsApi;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.api.NatsServiceRole;

/**
 * The Secret that carries a bound token to client pods. Name, labels and key are those of the Go
 * operator; the annotations say for whom it was issued.
 */
public final class TokenSecret {

  /** Key of the token; also its file name in a client pod. */
  public static final String KEY = "token";

  /** How the name of every such Secret ends; no cluster's name may. */
  public static final String SUFFIX = "-bound-token";

  static final String SERVICE_ACCOUNT = "nats.io/service-account";
  static final String CLUSTER_UID = "nats.io/cluster-uid";
  private static final String TYPE = "Opaque";

  private TokenSecret() {}

  /** Name of the Secret with the token of a ServiceAccount for a cluster of its own namespace. */
  public static String name(String serviceAccount, String cluster) {
    return serviceAccount + "-" + cluster + SUFFIX;
  }

  /**
   * The Secret without a token: a token is bound to the Secret's UID, so the Secret comes first.
   */
  static Secret empty(NatsServiceRole role, NatsCluster cluster) {
    String clusterName = cluster.getMetadata().getName();
    String account = role.getMetadata().getName();
    return new SecretBuilder()
        .withNewMetadata()
        .withName(name(account, clusterName))
        .withNamespace(role.getMetadata().getNamespace())
        .addToLabels(NatsApi.APP_LABEL, NatsApi.APP)
        .addToLabels(NatsApi.CLUSTER_LABEL, clusterName)
        .addToAnnotations(SERVICE_ACCOUNT, account)
        .addToAnnotations(CLUSTER_UID, cluster.getMetadata().getUid())
        .withOwnerReferences(owner(role))
        .endMetadata()
        .withType(TYPE)
        .build();
  }

  /** The token in a Secret, not proven yet. */
  static Optional<String> tokenIn(Secret secret) {
    return Optional.ofNullable(secret.getData())
        .map(data -> data.get(KEY))
        .filter(encoded -> !encoded.isEmpty())
        .map(encoded -> new String(Base64.getDecoder().decode(encoded), StandardCharsets.UTF_8));
  }

  /** Whether the Secret carries our labels. */
  static boolean ours(Secret secret) {
    Map<String, String> labels = secret.getMetadata().getLabels();
    return labels != null
        && NatsApi.APP.equals(labels.get(NatsApi.APP_LABEL))
        && labels.containsKey(NatsApi.CLUSTER_LABEL);
  }

  /** Whether a token can be written into this Secret, or it must be deleted and made anew. */
  static boolean writable(Secret secret) {
    return TYPE.equals(secret.getType()) && !Boolean.TRUE.equals(secret.getImmutable());
  }

  /**
   * Whether the Secret was made for this very role, ServiceAccount and cluster, or by the Go
   * operator, which did not say.
   */
  static boolean madeFor(Secret secret, NatsServiceRole role, NatsCluster cluster) {
    return says(secret, SERVICE_ACCOUNT, role.getMetadata().getName())
        && says(secret, CLUSTER_UID, cluster.getMetadata().getUid());
  }

  /**
   * Whether the Secret says that it holds the token of another ServiceAccount: {@code a-b} and
   * {@code c} make the same name as {@code a} and {@code b-c}.
   */
  static boolean madeForAnother(Secret secret, NatsServiceRole role) {
    return !says(secret, SERVICE_ACCOUNT, role.getMetadata().getName());
  }

  /** Whether the Secret is one of ours and belongs to the role. */
  static boolean ownedBy(Secret secret, HasMetadata role) {
    return secret.getMetadata().getName().endsWith(SUFFIX)
        && secret.getMetadata().getOwnerReferences().stream()
            .anyMatch(owner -> owner.getUid().equals(role.getMetadata().getUid()));
  }

  private static boolean says(Secret secret, String annotation, String expected) {
    return Optional.ofNullable(secret.getMetadata().getAnnotations())
        .map((Map<String, String> annotations) -> annotations.get(annotation))
        .map(said -> Objects.equals(said, expected))
        .orElse(true);
  }

  private static OwnerReference owner(NatsServiceRole role) {
    ObjectMeta meta = role.getMetadata();
    return new OwnerReferenceBuilder()
        .withApiVersion(role.getApiVersion())
        .withKind(role.getKind())
        .withName(meta.getName())
        .withUid(meta.getUid())
        .withController(true)
        .build();
  }
}
