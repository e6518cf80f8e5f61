package org.natsoperator.lookup;

import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.ContainerStatusBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import io.fabric8.kubernetes.api.model.PodStatusBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.natsoperator.access.ClientNames;
import org.natsoperator.api.NatsApi;
import org.natsoperator.api.NatsServiceRole;
import org.natsoperator.api.PrunedMetadata;
import org.natsoperator.config.ServerConfigFile;
import org.natsoperator.kubernetes.ContainerStarts;
import org.natsoperator.token.PreviousToken;
import org.natsoperator.token.TokenSecret;

/**
 * Removes the fields that the operator does not use from objects of its caches. Users without any
 * permission for NATS can create Secrets and ServiceAccounts of 1 MiB with the operator's labels,
 * which must not fill the heap of every replica.
 */
final class PrunedFields {

  private static final int MOST_OWNERS = 10;
  private static final int MOST_FINALIZERS = 10;

  /** Tokens that a client pod mounts. */
  private static final int MOST_TOKENS = 20;

  /** In characters of Base64, a multiple of four. A token has about 1,600. */
  private static final int LONGEST_TOKEN = 8 << 10;

  private PrunedFields() {}

  /** The controllers read owner references and the complete object from caches of their own. */
  static void cluster(HasMetadata cluster) {
    PrunedMetadata.prune(cluster.getMetadata());
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

  /** Keeps what identifies a client pod, the tokens that it mounts, its addresses and start. */
  static void clientPod(Pod pod) {
    ObjectMeta meta = pod.getMetadata();
    meta.setManagedFields(null);
    meta.setOwnerReferences(null);
    meta.setFinalizers(null);
    meta.setLabels(null);
    meta.setAnnotations(null);
    List<Volume> volumes = tokenVolumes(pod);
    pod.setSpec(
        new PodSpecBuilder()
            .withHostNetwork(pod.getSpec().getHostNetwork())
            .withVolumes(volumes)
            .build());
    PodStatusBuilder status = new PodStatusBuilder();
    if (pod.getStatus() != null) {
      status
          .withPodIPs(pod.getStatus().getPodIPs())
          .withPhase(pod.getStatus().getPhase())
          .withContainerStatuses(lastStarted(pod).stream().toList());
    }
    pod.setStatus(status.build());
  }

  /** The container that started last, with only the time. */
  private static Optional<ContainerStatus> lastStarted(Pod pod) {
    return ContainerStarts.of(pod)
        .max(Comparator.naturalOrder())
        .map(
            time ->
                new ContainerStatusBuilder()
                    .withNewState()
                    .withNewRunning(time)
                    .endState()
                    .build());
  }

  private static List<Volume> tokenVolumes(Pod pod) {
    Stream<Volume> secrets =
        ClientTokens.secrets(pod)
            .filter(name -> name.endsWith(ClientNames.SECRET_SUFFIX))
            .distinct()
            .map(
                name ->
                    new VolumeBuilder().withNewSecret().withSecretName(name).endSecret().build());
    Stream<Volume> tokens =
        ClientTokens.audiences(pod)
            .distinct()
            .map(
                audience ->
                    new VolumeBuilder()
                        .withNewProjected()
                        .addNewSource()
                        .withNewServiceAccountToken()
                        .withAudience(audience)
                        .endServiceAccountToken()
                        .endSource()
                        .endProjected()
                        .build());
    return Stream.concat(secrets, tokens).limit(MOST_TOKENS).toList();
  }

  /**
   * Keeps tokens, and nats.conf of Secrets that a NatsCluster owns. Server-side apply compares
   * these by the {@code managedFields} of the operator.
   */
  static void secret(Secret secret) {
    ObjectMeta meta = secret.getMetadata();
    meta.setFinalizers(meta.getFinalizers().stream().limit(MOST_FINALIZERS).toList());
    PrunedMetadata.pruneLabels(meta);
    PrunedMetadata.pruneAnnotations(meta);
    meta.setOwnerReferences(owners(meta));
    if (TokenSecret.isNamed(secret)) {
      meta.setManagedFields(null);
      pruneTokens(secret);
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

  /** Keeps tokens. A text that is too long for a token is cut, so that it stays an invalid one. */
  private static void pruneTokens(Secret secret) {
    if (secret.getData() != null) {
      secret.getData().keySet().retainAll(Set.of(TokenSecret.KEY, PreviousToken.KEY));
      secret.getData().replaceAll((key, text) -> cut(text));
    }
  }

  private static String cut(String text) {
    return text == null ? "" : text.substring(0, Math.min(text.length(), LONGEST_TOKEN));
  }

  /** The controller first: the operator does not change a Secret that another one owns. */
  static List<OwnerReference> owners(ObjectMeta meta) {
    return meta.getOwnerReferences().stream()
        .filter(owner -> isOurKind(owner) || Boolean.TRUE.equals(owner.getController()))
        .sorted(Comparator.comparing(owner -> !Boolean.TRUE.equals(owner.getController())))
        .limit(MOST_OWNERS)
        .collect(Collectors.toCollection(ArrayList::new));
  }

  private static boolean isOurKind(OwnerReference owner) {
    return owner.getApiVersion().startsWith(NatsApi.GROUP + "/");
  }
}
