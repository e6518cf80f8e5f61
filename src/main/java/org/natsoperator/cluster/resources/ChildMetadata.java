package org.natsoperator.cluster.resources;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.LabelSelectorBuilder;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.natsoperator.api.NatsApi;
import org.natsoperator.api.NatsCluster;

/** Metadata of the objects that the operator creates for a cluster. */
public final class ChildMetadata {

  private ChildMetadata() {}

  static ObjectMeta of(NatsCluster cluster, String name) {
    return new ObjectMetaBuilder()
        .withName(name)
        .withNamespace(cluster.getMetadata().getNamespace())
        .withLabels(labels(cluster))
        .addNewOwnerReference()
        .withApiVersion(cluster.getApiVersion())
        .withKind(cluster.getKind())
        .withName(cluster.getMetadata().getName())
        .withUid(cluster.getMetadata().getUid())
        .withController(true)
        .endOwnerReference()
        .build();
  }

  /** Labels of every child; only server pods carry both. */
  public static Map<String, String> labels(NatsCluster cluster) {
    return Map.of(
        NatsApi.APP_LABEL, NatsApi.APP, NatsApi.CLUSTER_LABEL, cluster.getMetadata().getName());
  }

  /** Selects the server pods of a cluster. */
  static LabelSelector selector(NatsCluster cluster) {
    return new LabelSelectorBuilder().withMatchLabels(labels(cluster)).build();
  }

  /** Name of the cluster in the object's label. */
  public static Optional<String> clusterLabel(HasMetadata object) {
    return Optional.ofNullable(object.getMetadata().getLabels())
        .map(labels -> labels.get(NatsApi.CLUSTER_LABEL));
  }

  /** Whether another controller owns the object, such as a deleted cluster of the same name. */
  public static boolean ownedByAnother(HasMetadata object, NatsCluster cluster) {
    return object.getMetadata().getOwnerReferences().stream()
        .anyMatch(
            owner ->
                Boolean.TRUE.equals(owner.getController())
                    && !owner.getUid().equals(cluster.getMetadata().getUid()));
  }

  /** Whether both objects have the same labels of the operator. */
  public static boolean carriesLabelsOf(HasMetadata one, HasMetadata other) {
    Map<String, String> labels =
        Objects.requireNonNullElse(one.getMetadata().getLabels(), Map.of());
    return Stream.of(NatsApi.APP_LABEL, NatsApi.CLUSTER_LABEL)
        .allMatch(
            label -> Objects.equals(labels.get(label), other.getMetadata().getLabels().get(label)));
  }

  /**
   * Whether the owner controls the object, as a StatefulSet does its pods. Anyone who creates an
   * object can add another reference to it.
   */
  public static boolean controlledBy(HasMetadata object, HasMetadata owner) {
    return object.getMetadata().getOwnerReferences().stream()
        .anyMatch(
            reference ->
                Boolean.TRUE.equals(reference.getController())
                    && owner.getMetadata().getUid().equals(reference.getUid()));
  }

  /** Whether an owner reference of the object names the owner. */
  public static boolean ownedBy(HasMetadata object, HasMetadata owner) {
    return object.getMetadata().getOwnerReferences().stream()
        .anyMatch(reference -> reference.getUid().equals(owner.getMetadata().getUid()));
  }
}
