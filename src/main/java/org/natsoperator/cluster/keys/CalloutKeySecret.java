package org.natsoperator.cluster.keys;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.nkey.NkeyType;
import org.natsoperator.nkey.SigningNkey;
import org.natsoperator.nkey.XKey;

/** The Secret with the keys of a cluster's auth callout: the seeds of the issuer and the xkey. */
final class CalloutKeySecret {

  static final String SUFFIX = "-callout";

  private static final String ISSUER = "issuer.nk";
  private static final String XKEY = "xkey.nk";
  private static final String PREVIOUS = "previous-";

  private CalloutKeySecret() {}

  static String name(String clusterUid) {
    return KeySecret.name(clusterUid) + SUFFIX;
  }

  /** Returns a new Secret, which is immutable. */
  static Secret of(String namespace, NatsCluster cluster, String issuerSeed, String xkeySeed) {
    return of(namespace, cluster, issuerSeed, xkeySeed, Map.of());
  }

  /**
   * Returns a new Secret, which is immutable.
   *
   * @param previous data of the Secret before, see {@link #previous}
   */
  static Secret of(
      String namespace,
      NatsCluster cluster,
      String issuerSeed,
      String xkeySeed,
      Map<String, String> previous) {
    return new SecretBuilder()
        .withNewMetadataLike(KeySecret.metadata(namespace, cluster))
        .withName(name(cluster.getMetadata().getUid()))
        .endMetadata()
        .withType("Opaque")
        .withImmutable(true)
        .withData(previous)
        .addToData(ISSUER, KeySecret.encode(issuerSeed))
        .addToData(XKEY, KeySecret.encode(xkeySeed))
        .build();
  }

  /** The keys of a Secret that servers use, as data for the Secret after it. */
  static Map<String, String> previous(Secret secret, Predicate<CalloutSeeds> areInUse) {
    return keysIn(secret)
        .flatMap(
            keys ->
                areInUse.test(keys)
                    ? Optional.of("")
                    : keys.previous().filter(areInUse).map(older -> PREVIOUS))
        .map(
            prefix ->
                Map.of(
                    PREVIOUS + ISSUER,
                    secret.getData().get(prefix + ISSUER),
                    PREVIOUS + XKEY,
                    secret.getData().get(prefix + XKEY)))
        .orElse(Map.of());
  }

  /** The keys in a Secret; empty if it is not immutable or has other content. */
  static Optional<CalloutSeeds> keysIn(Secret secret) {
    return Boolean.TRUE.equals(secret.getImmutable())
        ? keysIn(secret, "", keysIn(secret, PREVIOUS, Optional.empty()))
        : Optional.empty();
  }

  private static Optional<CalloutSeeds> keysIn(
      Secret secret, String prefix, Optional<CalloutSeeds> previous) {
    return text(secret, prefix + ISSUER)
        .flatMap(seed -> SigningNkey.ofSeed(NkeyType.ACCOUNT, seed))
        .flatMap(
            issuer ->
                text(secret, prefix + XKEY)
                    .flatMap(XKey::ofSeed)
                    .map(xkey -> new CalloutSeeds(issuer, xkey, previous)));
  }

  private static Optional<String> text(Secret secret, String key) {
    try {
      return Optional.ofNullable(secret.getData())
          .map(data -> data.get(key))
          .map(encoded -> Base64.getDecoder().decode(encoded))
          .map(bytes -> new String(bytes, StandardCharsets.US_ASCII));
    } catch (IllegalArgumentException notBase64) {
      return Optional.empty();
    }
  }
}
