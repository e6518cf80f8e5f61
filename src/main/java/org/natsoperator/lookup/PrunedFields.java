package org.natsoperator.lookup;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.natsoperator.api.NatsApi;
import org.natsoperator.api.NatsServiceRole;
import org.natsoperator.config.ServerConfigFile;
import org.natsoperator.token.TokenSecret;

/**
 * Removes the fields that the operator does not use from objects of its caches. Users without any
 * permission for NATS can create Secrets and ServiceAccounts of 1 MiB with the operator's labels,
 * which must not fill the heap of every replica.
 */
public final class PrunedFields {

  private static final Set<String> LABELS = Set.of(NatsApi.APP_LABEL, NatsApi.CLUSTER_LABEL);
  private static final int MOST_ANNOTATIONS = 20;
  private static final int MOST_OWNERS = 10;

  /** In characters; no valid value is as long. */
  private static final int LONGEST_ANNOTATION = 1_024;

  private PrunedFields() {}

  /**
   * Keeps the operator's own labels and annotations. A value that is too long is cut, not removed:
   * it must stay invalid.
   */
  public static ObjectMeta ofCustomResource(ObjectMeta meta) {
    if (meta != null) {
      meta.setManagedFields(null);
      meta.setLabels(labels(meta));
      meta.setAnnotations(annotations(meta));
    }
    return meta;
  }

  /** The controllers read owner references and the complete object from caches of their own. */
  static void cluster(HasMetadata cluster) {
    ofCustomResource(cluster.getMetadata());
    cluster.getMetadata().setOwnerReferences(null);
  }

  static void role(NatsServiceRole role) {
    cluster(role);
    role.setStatus(null);
  }

  static void serviceAccount(ServiceAccount account) {
    ObjectMeta meta = account.getMetadata();
    meta.setManagedFields(null);
    meta.setOwnerReferences(null);
    meta.setFinalizers(null);
    meta.setLabels(null);
    meta.setAnnotations(null);
    account.setSecrets(null);
    account.setImagePullSecrets(null);
  }

  static void serverPod(Pod pod) {
    pod.getMetadata().setManagedFields(null);
    pod.getMetadata().setAnnotations(annotations(pod.getMetadata()));
  }

  /**
   * Keeps tokens, and nats.conf of Secrets that a NatsCluster owns. Server-side apply compares
   * these by the {@code managedFields} of the operator.
   */
  static void secret(Secret secret) {
    ObjectMeta meta = secret.getMetadata();
    meta.setFinalizers(null);
    meta.setLabels(labels(meta));
    meta.setAnnotations(annotations(meta));
    meta.setOwnerReferences(owners(meta));
    if (TokenSecret.isNamed(secret)) {
      meta.setManagedFields(null);
      TokenSecret.prune(secret);
    } else if (meta.getOwnerReferences().stream().noneMatch(PrunedFields::isOurKind)) {
      meta.setManagedFields(null);
      secret.setData(null);
    } else {
      meta.getManagedFields()
          .removeIf(fields -> !NatsApi.FIELD_MANAGER.equals(fields.getManager()));
      if (secret.getData() != null) {
        secret.getData().keySet().retainAll(Set.of(ServerConfigFile.KEY));
      }
    }
  }

  /** The operator does not change a Secret that another controller owns. */
  private static List<OwnerReference> owners(ObjectMeta meta) {
    return meta.getOwnerReferences().stream()
        .filter(owner -> isOurKind(owner) || Boolean.TRUE.equals(owner.getController()))
        .limit(MOST_OWNERS)
        .collect(Collectors.toCollection(ArrayList::new));
  }

  private static boolean isOurKind(OwnerReference owner) {
    return owner.getApiVersion().startsWith(NatsApi.GROUP + "/");
  }

  private static Map<String, String> labels(ObjectMeta meta) {
    if (meta.getLabels() != null) {
      meta.getLabels().keySet().retainAll(LABELS);
    }
    return meta.getLabels();
  }

  private static Map<String, String> annotations(ObjectMeta meta) {
    if (meta.getAnnotations() == null) {
      return null;
    }
    Map<String, String> kept = new TreeMap<>();
    meta.getAnnotations().entrySet().stream()
        .filter(annotation -> annotation.getKey().startsWith(NatsApi.GROUP + "/"))
        .sorted(Map.Entry.comparingByKey())
        .limit(MOST_ANNOTATIONS)
        .forEach(annotation -> kept.put(annotation.getKey(), cut(annotation.getValue())));
    return kept;
  }

  private static String cut(String value) {
    return value == null || value.length() <= LONGEST_ANNOTATION
        ? value
        : value.substring(0, LONGEST_ANNOTATION);
  }
}
