package org.natsoperator.cluster.resources;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.fabric8.kubernetes.api.model.LocalObjectReference;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.PodSecurityContext;
import io.fabric8.kubernetes.api.model.PodSecurityContextBuilder;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpecBuilder;
import io.fabric8.kubernetes.api.model.SecretVolumeSource;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.natsoperator.api.NatsApi;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.api.PodUser;
import org.natsoperator.api.ServerPodMetadata;
import org.natsoperator.cluster.features.Mounts;
import org.natsoperator.cluster.features.PodParts;
import org.natsoperator.cluster.features.ServerFeatures;
import org.natsoperator.config.Hash;
import org.natsoperator.config.Ports;
import org.natsoperator.config.ServerVersion;
import org.natsoperator.settings.ImagePullSecrets;
import org.natsoperator.settings.ServerImages;

/** The pod of one server. It meets the Pod Security Standard "restricted". */
public record ServerPod(NatsCluster cluster, ServerVersion version, String revision) {

  static final String VERSION_ANNOTATION = "nats.version";

  private static final ObjectMapper SORTED =
      JsonMapper.builder().enable(JsonNodeFeature.WRITE_PROPERTIES_SORTED).build();

  private static final int READ_BY_GROUP = 0440;

  /** Name of the Secret with the configuration that a pod mounts. */
  public static Optional<String> configSecret(PodSpec pod) {
    return pod.getVolumes().stream()
        .filter(volume -> volume.getName().equals(Mounts.CONFIG))
        .map(Volume::getSecret)
        .filter(Objects::nonNull)
        .map(SecretVolumeSource::getSecretName)
        .findFirst();
  }

  PodTemplateSpec template(ServerImages images) {
    PodParts parts =
        new PodParts(
            version,
            ChildMetadata.selector(cluster),
            new ObjectMetaBuilder()
                .withAnnotations(OpaquePorts.annotation(Ports.CLIENT, Ports.CLUSTER)),
            pod(),
            new ServerContainer(cluster, version).builder());
    ServerFeatures.ALL.forEach(feature -> feature.extendPod(cluster.getSpec(), parts));
    PodSpec pod = parts.pod().addToContainers(0, ServerContainer.named(parts.server())).build();
    pod.getContainers()
        .forEach(container -> container.setImage(images.registry().resolve(container.getImage())));
    pod.getImagePullSecrets().addAll(missing(images.pullSecrets(), pod.getImagePullSecrets()));
    PodTemplateSpec template =
        new PodTemplateSpecBuilder().withMetadata(metadata(parts.metadata())).withSpec(pod).build();
    return new PodTemplateSpecBuilder(template)
        .editMetadata()
        .addToAnnotations(ServerPodMetadata.TEMPLATE_ANNOTATION, hash(template))
        .endMetadata()
        .build();
  }

  /** Secrets that the cluster does not name itself. None of them means an unchanged template. */
  private static List<LocalObjectReference> missing(
      ImagePullSecrets ofAllClusters, List<LocalObjectReference> own) {
    return ofAllClusters.names().stream()
        .map(LocalObjectReference::new)
        .filter(secret -> !own.contains(secret))
        .toList();
  }

  private static String hash(PodTemplateSpec template) {
    return Hash.shortOf(text(SORTED.valueToTree(template)));
  }

  private static String text(JsonNode json) {
    try {
      return SORTED.writeValueAsString(json);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  private PodSpecBuilder pod() {
    return new PodSpecBuilder()
        .withVolumes(volumes())
        .withAutomountServiceAccountToken(false)
        .withEnableServiceLinks(false)
        .withSecurityContext(securityContext());
  }

  /** The operator's own labels and annotations are added last, so that none replaces them. */
  private ObjectMeta metadata(ObjectMetaBuilder metadata) {
    cluster
        .restart()
        .ifPresent(value -> metadata.addToAnnotations(NatsApi.RESTART_ANNOTATION, value));
    return metadata
        .addToLabels(ChildMetadata.labels(cluster))
        .addToLabels(ServerPodMetadata.VERSION_LABEL, version.tag())
        .addToAnnotations(VERSION_ANNOTATION, version.tag())
        .build();
  }

  private List<Volume> volumes() {
    return List.of(
        new VolumeBuilder()
            .withName(Mounts.CONFIG)
            .withNewSecret()
            .withSecretName(ChildNames.of(cluster).configSecret(revision))
            .withDefaultMode(READ_BY_GROUP)
            .endSecret()
            .build(),
        new VolumeBuilder().withName(Mounts.PID).withNewEmptyDir().endEmptyDir().build());
  }

  private PodSecurityContext securityContext() {
    PodUser user = cluster.getSpec().pod().securityContext();
    return new PodSecurityContextBuilder()
        .withRunAsNonRoot(true)
        .withRunAsUser(id(user.runAsUser()))
        .withRunAsGroup(id(user.runAsGroup()))
        .withFsGroup(id(user.fsGroup()))
        .withNewSeccompProfile()
        .withType("RuntimeDefault")
        .endSeccompProfile()
        .build();
  }

  private static Long id(Integer number) {
    return number == null ? null : number.longValue();
  }
}
