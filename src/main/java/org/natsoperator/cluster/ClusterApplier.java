package org.natsoperator.cluster;

import io.fabric8.kubernetes.api.model.DeleteOptions;
import io.fabric8.kubernetes.api.model.DeleteOptionsBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.processing.dependent.kubernetes.SSABasedGenericKubernetesResourceMatcher;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.natsoperator.api.NatsApi;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.api.ServerPodMetadata;
import org.natsoperator.cluster.observed.ObservedCluster;
import org.natsoperator.cluster.observed.ObservedServer;
import org.natsoperator.cluster.plan.ConfigPushAnnotation;
import org.natsoperator.cluster.plan.Push;
import org.natsoperator.cluster.resources.ChildMetadata;
import org.natsoperator.cluster.resources.FieldOwnership;
import org.natsoperator.kubernetes.ApiErrors;
import org.natsoperator.kubernetes.ObjectName;
import org.natsoperator.kubernetes.PodAnnotation;
import org.natsoperator.lookup.SharedInformers;
import org.natsoperator.validation.FieldError;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** Creates, updates and deletes the objects of a cluster with as few requests as possible. */
@Component
class ClusterApplier {

  private static final Logger LOG = LoggerFactory.getLogger(ClusterApplier.class);

  /** The shortest grace period that still prevents two pods with the same name. */
  private static final Long AT_ONCE_SECONDS = 1L;

  private static final PatchContext APPLY =
      new PatchContext.Builder()
          .withPatchType(PatchType.SERVER_SIDE_APPLY)
          .withFieldManager(NatsApi.FIELD_MANAGER)
          .withForce(true)
          .build();

  private final KubernetesClient client;
  private final SharedInformers informers;
  private final ForeignFieldRemover foreignFields;

  ClusterApplier(
      KubernetesClient client, SharedInformers informers, ForeignFieldRemover foreignFields) {
    this.client = client;
    this.informers = informers;
    this.foreignFields = foreignFields;
  }

  /**
   * Applies the objects that differ, in the given order. It skips objects that belong to a deleted
   * cluster of the same name until they are deleted.
   *
   * @return an error for each object of another owner, which the operator does not change
   */
  List<FieldError> apply(
      List<HasMetadata> desired, ObservedCluster observed, Context<NatsCluster> context) {
    List<FieldError> errors = new ArrayList<>();
    for (HasMetadata object : desired) {
      Optional<HasMetadata> actual = actual(object, observed);
      if (actual.filter(old -> ChildMetadata.ownedByAnother(old, observed.cluster())).isPresent()) {
        LOG.atInfo()
            .addKeyValue(ObjectName.KEY, ObjectName.of(object))
            .log("Object belongs to another owner; waiting for its deletion");
      } else if (actual.isEmpty() && taken(object, observed.cluster())) {
        errors.add(nameTaken(object));
      } else if (!isAsDesired(actual, object, observed, context)) {
        LOG.atDebug().addKeyValue(ObjectName.KEY, ObjectName.of(object)).log("Applying");
        apply(object, context);
      }
    }
    return errors;
  }

  /** Also removes foreign fields, with which the API server could reject the next apply. */
  private boolean isAsDesired(
      Optional<HasMetadata> actual,
      HasMetadata object,
      ObservedCluster observed,
      Context<NatsCluster> context) {
    boolean matches = actual.filter(old -> matches(old, object, context)).isPresent();
    actual.ifPresent(old -> foreignFields.remove(observed.cluster(), old, object, !matches));
    return matches;
  }

  /**
   * The SDK has no event source for Secrets, since both controllers read them from the shared
   * informer.
   */
  private void apply(HasMetadata object, Context<NatsCluster> context) {
    if (object instanceof Secret secret) {
      informers.secrets().written(client.resource(secret).patch(APPLY));
    } else {
      context.resourceOperations().serverSideApply(object);
    }
  }

  /**
   * Whether the observed StatefulSet had the desired template. After another client has changed the
   * template, no server may be restarted.
   */
  boolean templateMatched(
      List<HasMetadata> desired, ObservedCluster observed, Context<NatsCluster> context) {
    return desired.stream()
        .filter(StatefulSet.class::isInstance)
        .allMatch(
            object ->
                actual(object, observed).filter(old -> matches(old, object, context)).isPresent());
  }

  /**
   * Whether a foreign object has the name. The caches contain only objects with the operator's
   * labels, so this reads from the API server.
   */
  private boolean taken(HasMetadata object, NatsCluster cluster) {
    HasMetadata found = client.resource(object).get();
    return found != null
        && !ChildMetadata.carriesLabelsOf(found, object)
        && !ChildMetadata.ownedBy(found, cluster);
  }

  private static FieldError nameTaken(HasMetadata object) {
    return new FieldError(
        "metadata.name",
        "%s exists but does not belong to this cluster; delete it or choose another cluster name"
            .formatted(name(object)));
  }

  /** Deletes the cluster's objects that are no longer desired. */
  void deleteOthers(List<HasMetadata> desired, ObservedCluster observed) {
    for (HasMetadata object : observed.objects()) {
      boolean wanted = desired.stream().anyMatch(other -> same(other, object));
      if (!wanted && ChildMetadata.ownedBy(object, observed.cluster())) {
        LOG.atInfo().addKeyValue(ObjectName.KEY, ObjectName.of(object)).log("Deleting");
        client.resource(object).delete();
      }
    }
  }

  /**
   * Deletes a server's pod with the pod's own grace period, or with the shortest one if its server
   * does not run. The StatefulSet controller creates another.
   */
  void restart(ObservedServer server) {
    LOG.atInfo()
        .addKeyValue(ObjectName.KEY, ObjectName.of(server.pod()))
        .log("Restarting a server");
    delete(server, server.running() ? null : AT_ONCE_SECONDS);
  }

  /** Deletes only this pod, not a later one with its name. */
  private void delete(ObservedServer server, Long graceSeconds) {
    var meta = server.pod().getMetadata();
    DeleteOptions options =
        new DeleteOptionsBuilder()
            .withGracePeriodSeconds(graceSeconds)
            .withNewPreconditions()
            .withUid(meta.getUid())
            .endPreconditions()
            .build();
    String path = "/api/v1/namespaces/%s/pods/%s".formatted(meta.getNamespace(), meta.getName());
    ApiErrors.ignoreConflict(() -> client.raw(path, "DELETE", options));
  }

  /** Makes the kubelet sync the Secrets of a server pod at once. */
  void triggerKubeletSync(ObservedServer server, Push push) {
    PodAnnotation.set(
        client,
        server.pod(),
        ServerPodMetadata.CONFIG_PUSH_ANNOTATION,
        ConfigPushAnnotation.of(push));
  }

  void forget(String clusterUid) {
    foreignFields.forget(clusterUid);
  }

  /** Users can write {@code managedFields} that the SDK cannot read; an apply corrects them. */
  private boolean matches(HasMetadata actual, HasMetadata desired, Context<NatsCluster> context) {
    try {
      return SSABasedGenericKubernetesResourceMatcher.<HasMetadata>getInstance()
          .matches(
              FieldOwnership.withReadableEntries(
                  actual, client.getKubernetesSerialization()::clone),
              desired,
              context);
    } catch (RuntimeException e) {
      // The SDK throws exceptions of many types. Their messages can quote the object.
      LOG.atWarn()
          .addKeyValue(ObjectName.KEY, ObjectName.of(actual))
          .addKeyValue("error", e.getClass().getName())
          .log("Cannot compare an object; applying it");
      return false;
    }
  }

  private static Optional<HasMetadata> actual(HasMetadata desired, ObservedCluster observed) {
    return observed.objects().stream().filter(object -> same(desired, object)).findFirst();
  }

  private static boolean same(HasMetadata one, HasMetadata other) {
    return one.getKind().equals(other.getKind())
        && one.getMetadata().getName().equals(other.getMetadata().getName());
  }

  private static String name(HasMetadata object) {
    return "%s %s/%s"
        .formatted(
            object.getKind(), object.getMetadata().getNamespace(), object.getMetadata().getName());
  }
}
