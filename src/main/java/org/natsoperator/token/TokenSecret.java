package org.natsoperator.token;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.natsoperator.access.ClientNames;
import org.natsoperator.access.Identity;
import org.natsoperator.api.NatsApi;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.api.NatsServiceRole;

/**
 * The Secret with a bound token, which client pods mount. Name, labels and key are those of the Go
 * operator; the annotations name the ServiceAccount and the cluster.
 */
public final class TokenSecret {

  /** Key of the token; also its file name in a client pod. */
  public static final String KEY = "token";

  static final String SERVICE_ACCOUNT = "nats.io/service-account";
  static final String CLUSTER_UID = "nats.io/cluster-uid";
  static final String ROLE_UID = "nats.io/role-uid";

  /** UID of the ServiceAccount; only with a proof of the token. */
  static final String SERVICE_ACCOUNT_UID = "nats.io/service-account-uid";

  private static final String TYPE = "Opaque";

  private TokenSecret() {}

  /** The ServiceAccounts that a Secret with this name may belong to, for a cluster of this name. */
  public static Set<String> accountsIn(String secret, String cluster) {
    if (!secret.endsWith(ClientNames.SECRET_SUFFIX)) {
      return Set.of();
    }
    String end = "-" + cluster;
    String rest = without(ClientNames.SECRET_SUFFIX, secret);
    return Stream.of(rest, rest.substring(0, Math.max(0, rest.lastIndexOf('.'))))
        .filter(name -> name.endsWith(end) && name.length() > end.length())
        .map(name -> without(end, name))
        .collect(Collectors.toSet());
  }

  /** The Secret before its token, which is bound to the Secret's UID. */
  public static Secret empty(NatsServiceRole role, NatsCluster cluster) {
    Identity identity = Identity.of(role);
    return new SecretBuilder()
        .withNewMetadata()
        .withName(ClientNames.of(identity, cluster).secret())
        .withNamespace(identity.namespace())
        .addToLabels(NatsApi.APP_LABEL, NatsApi.APP)
        .addToLabels(NatsApi.CLUSTER_LABEL, cluster.getMetadata().getName())
        .addToAnnotations(annotations(role, cluster))
        .addNewOwnerReference()
        .withApiVersion(role.getApiVersion())
        .withKind(role.getKind())
        .withName(role.getMetadata().getName())
        .withUid(role.getMetadata().getUid())
        .withController(true)
        .endOwnerReference()
        .endMetadata()
        .withType(TYPE)
        .build();
  }

  /** The Secret with the annotations for its role and cluster; the Go operator sets none. */
  public static Secret annotated(Secret secret, NatsServiceRole role, NatsCluster cluster) {
    return new SecretBuilder(secret)
        .editMetadata()
        .addToAnnotations(annotations(role, cluster))
        .endMetadata()
        .build();
  }

  private static Map<String, String> annotations(NatsServiceRole role, NatsCluster cluster) {
    return Map.of(
        SERVICE_ACCOUNT,
        role.getMetadata().getName(),
        NatsApi.CLUSTER_NAMESPACE_ANNOTATION,
        cluster.getMetadata().getNamespace(),
        CLUSTER_UID,
        cluster.getMetadata().getUid(),
        ROLE_UID,
        role.getMetadata().getUid());
  }

  /**
   * The Secret with a token issued for it.
   *
   * @param found the existing Secret
   * @param requests the requests that this token fulfills
   */
  public static Secret withToken(
      Secret empty, Secret found, String token, ReissueRequests requests) {
    return new SecretBuilder(empty)
        .editMetadata()
        .withUid(found.getMetadata().getUid())
        .withResourceVersion(found.getMetadata().getResourceVersion())
        .addToAnnotations(requests.annotations())
        .endMetadata()
        .addToData(KEY, encoded(token))
        .build();
  }

  /** The token in a Secret, not proven yet. */
  public static Optional<String> tokenIn(Secret secret) {
    return text(secret, KEY);
  }

  /** The text as the API server expects it in the data of a Secret. */
  public static String encoded(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  static Optional<String> text(Secret secret, String key) {
    return Optional.ofNullable(secret.getData())
        .map(data -> data.get(key))
        .filter(encoded -> !encoded.isEmpty())
        .map(encoded -> new String(Base64.getDecoder().decode(encoded), StandardCharsets.UTF_8));
  }

  /** Whether the Secret has the operator's labels. */
  public static boolean ours(Secret secret) {
    Map<String, String> labels = secret.getMetadata().getLabels();
    return labels != null
        && NatsApi.APP.equals(labels.get(NatsApi.APP_LABEL))
        && labels.containsKey(NatsApi.CLUSTER_LABEL);
  }

  /** Whether a token can be written into this Secret, or it must be recreated. */
  public static boolean writable(Secret secret) {
    return TYPE.equals(secret.getType()) && !Boolean.TRUE.equals(secret.getImmutable());
  }

  /**
   * Whether the Secret was created for the role's ServiceAccount and this cluster, or by the Go
   * operator, which does not set the annotations.
   */
  public static boolean issuedFor(Secret secret, NatsServiceRole role, NatsCluster cluster) {
    return says(secret, SERVICE_ACCOUNT, role.getMetadata().getName())
        && says(secret, CLUSTER_UID, cluster.getMetadata().getUid());
  }

  /**
   * Whether the Secret's annotation names another ServiceAccount: {@code a-b} and {@code c} result
   * in the same Secret name as {@code a} and {@code b-c}.
   */
  public static boolean issuedForAnother(Secret secret, NatsServiceRole role) {
    return !says(secret, SERVICE_ACCOUNT, role.getMetadata().getName());
  }

  /**
   * Whether the Secret belongs to a deleted role of this name. A revoked token must not return with
   * the new role. The garbage collector deletes the Secret late, or never if the role was deleted
   * with the option to orphan it.
   */
  public static boolean ofFormer(NatsServiceRole role, Secret secret) {
    if (isManaged(secret)) {
      return !isOf(role, secret);
    }
    return ownerUid(secret, role.getMetadata().getName())
        .filter(owner -> !owner.equals(role.getMetadata().getUid()))
        .isPresent();
  }

  /** Whether this operator created the Secret for this role, or took it over. */
  public static boolean isOf(NatsServiceRole role, Secret secret) {
    return secret.getMetadata().getNamespace().equals(role.getMetadata().getNamespace())
        && roleUid(secret).filter(role.getMetadata().getUid()::equals).isPresent();
  }

  /**
   * UID of the role for which this operator manages the Secret. Versions without the annotation
   * named the role only as the owner.
   */
  public static Optional<String> roleUid(Secret secret) {
    return serviceAccount(secret)
        .filter(name -> isManaged(secret))
        .flatMap(name -> annotation(secret, ROLE_UID).or(() -> ownerUid(secret, name)));
  }

  /** Name of the ServiceAccount and the role for which this operator manages the Secret. */
  public static Optional<String> serviceAccount(Secret secret) {
    return annotation(secret, SERVICE_ACCOUNT);
  }

  /** Whether this operator set its annotations. Secrets of the Go operator have none. */
  public static boolean isManaged(Secret secret) {
    return isNamed(secret)
        && annotation(secret, SERVICE_ACCOUNT).isPresent()
        && annotation(secret, CLUSTER_UID).isPresent();
  }

  /** Whether an object has the name of a token Secret. */
  public static boolean isNamed(HasMetadata object) {
    return object.getMetadata().getName().endsWith(ClientNames.SECRET_SUFFIX);
  }

  private static Optional<String> ownerUid(Secret secret, String role) {
    return secret.getMetadata().getOwnerReferences().stream()
        .filter(owner -> owner.getKind().equals(HasMetadata.getKind(NatsServiceRole.class)))
        .filter(owner -> owner.getName().equals(role))
        .map(OwnerReference::getUid)
        .findFirst();
  }

  private static boolean says(Secret secret, String annotation, String expected) {
    return annotation(secret, annotation).map(said -> said.equals(expected)).orElse(true);
  }

  static Optional<String> annotation(Secret secret, String name) {
    return Optional.ofNullable(secret.getMetadata().getAnnotations())
        .map(annotations -> annotations.get(name));
  }

  private static String without(String end, String text) {
    return text.substring(0, text.length() - end.length());
  }
}
