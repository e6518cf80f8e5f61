package org.natsoperator.cluster.keys;

import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import org.natsoperator.api.NatsCluster;

/**
 * The Secret with the keys of one cluster: the seed of the operator's nkey and the password of the
 * routes.
 */
final class KeySecret {

  static final String LABEL = "nats.io/cluster-keys";

  /** Annotation: namespace of the cluster, for an operator that does not watch all namespaces. */
  private static final String NAMESPACE = "nats.io/cluster-namespace";

  private static final String PREFIX = "nats-cluster-";
  private static final String SEED = "operator.nk";
  private static final String ROUTE_PASSWORD = "route.password";

  private KeySecret() {}

  static String name(String clusterUid) {
    return PREFIX + clusterUid;
  }

  static String clusterUid(Secret secret) {
    String uid = secret.getMetadata().getName().substring(PREFIX.length());
    return uid.endsWith(CalloutKeySecret.SUFFIX)
        ? uid.substring(0, uid.length() - CalloutKeySecret.SUFFIX.length())
        : uid;
  }

  /** Returns a new Secret, which is immutable. */
  static Secret of(String namespace, NatsCluster cluster, String seed, String routePassword) {
    return new SecretBuilder()
        .withNewMetadataLike(metadata(namespace, cluster))
        .withName(name(cluster.getMetadata().getUid()))
        .endMetadata()
        .withType("Opaque")
        .withImmutable(true)
        .addToData(SEED, encode(seed))
        .addToData(ROUTE_PASSWORD, encode(routePassword))
        .build();
  }

  /** Metadata of each Secret with keys of a cluster, without its name. */
  static ObjectMeta metadata(String namespace, NatsCluster cluster) {
    return new ObjectMetaBuilder()
        .withNamespace(namespace)
        .addToLabels(LABEL, "true")
        .addToAnnotations(NAMESPACE, cluster.getMetadata().getNamespace())
        .build();
  }

  static String clusterNamespace(Secret secret) {
    return Optional.ofNullable(secret.getMetadata().getAnnotations())
        .map(annotations -> annotations.get(NAMESPACE))
        .orElse("");
  }

  static String seed(Secret secret) {
    return decode(secret, SEED);
  }

  static String routePassword(Secret secret) {
    return decode(secret, ROUTE_PASSWORD);
  }

  static String encode(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.US_ASCII));
  }

  private static String decode(Secret secret, String key) {
    return new String(
        Base64.getDecoder().decode(secret.getData().get(key)), StandardCharsets.US_ASCII);
  }
}
