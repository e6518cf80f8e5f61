package org.natsoperator.operator;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.PodSecurityContext;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.api.model.SecurityContext;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.apps.StatefulSetSpec;
import java.util.Map;

/**
 * Fields that the operator neither reads nor writes, most of them of pods and StatefulSets. Jackson
 * skips them in responses. Otherwise it would build some 200 deserializers for a pod, one for each
 * type of a field. A ServiceAccount can refer to 300,000 Secrets.
 */
final class UnusedFields {

  private static final Map<Class<?>, String> FIELDS =
      Map.of(
          PodSpec.class,
          "dnsConfig ephemeralContainers evictionResponders hostAliases os overhead readinessGates"
              + " resourceClaims resources schedulingGates schedulingGroup",
          Volume.class,
          "awsElasticBlockStore azureDisk azureFile cephfs cinder configMap csi downwardAPI"
              + " ephemeral fc flexVolume flocker gcePersistentDisk gitRepo glusterfs hostPath"
              + " image iscsi nfs persistentVolumeClaim photonPersistentDisk portworxVolume quobyte"
              + " rbd scaleIO storageos vsphereVolume",
          Container.class,
          "envFrom resizePolicy restartPolicyRules volumeDevices",
          PodStatus.class,
          "allocatedResources ephemeralContainerStatuses extendedResourceClaimStatus hostIPs"
              + " initContainerStatuses nodeAllocatableResourceClaimStatuses"
              + " resourceClaimStatuses resources volumeHealth",
          ContainerStatus.class,
          "allocatedResources allocatedResourcesStatus resources user volumeMounts",
          SecurityContext.class,
          "appArmorProfile seLinuxOptions windowsOptions",
          PodSecurityContext.class,
          "appArmorProfile seLinuxOptions sysctls windowsOptions",
          ServiceAccount.class,
          "secrets imagePullSecrets",
          StatefulSetSpec.class,
          "persistentVolumeClaimRetentionPolicy volumeClaimTemplates");

  private UnusedFields() {}

  /** Makes the mapper skip these fields when it reads. It still writes fields that are set. */
  static ObjectMapper ignoredBy(ObjectMapper mapper) {
    FIELDS.forEach(
        (type, fields) ->
            mapper
                .configOverride(type)
                .setIgnorals(
                    JsonIgnoreProperties.Value.forIgnoredProperties(fields.split(" "))
                        .withAllowGetters()));
    return mapper;
  }
}
