package org.natsoperator.cluster.resources;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceSpec;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.natsoperator.cluster.resources.FieldOwnership.Foreign;
import org.natsoperator.lookup.PrunedChild;

/**
 * The fields that only the operator may set: those of a Service that decide where traffic goes, and
 * the pods of a StatefulSet.
 */
final class OwnedFields {

  private static final List<String> SPEC = List.of("f:spec");
  private static final List<String> ANNOTATIONS = List.of("f:metadata", "f:annotations");
  private static final List<String> TEMPLATE = FieldOwnership.append(SPEC, "f:template");
  private static final List<String> POD = FieldOwnership.append(TEMPLATE, "f:spec");

  /** The API server admits the source ranges only with the type LoadBalancer. */
  private static final Set<String> TRAFFIC =
      Set.of(
          "f:externalIPs",
          "f:externalName",
          "f:loadBalancerSourceRanges",
          "f:ports",
          "f:publishNotReadyAddresses");

  private static final String PORT = "k:{\"port\":%d,\"protocol\":\"%s\"}";

  private static final String SOURCE_RANGES = "f:" + PrunedChild.SOURCE_RANGES;

  /** {@code kubectl rollout restart} sets this annotation. */
  private static final String RESTARTED_AT = "f:kubectl.kubernetes.io/restartedAt";

  /**
   * Fields of the pods that other clients may set. With any other, the chart's policy {@code
   * operator-pods} rejects the operator's changes of the StatefulSet.
   */
  private static final Set<String> SHARED =
      Set.of(
          "f:affinity",
          "f:dnsConfig",
          "f:dnsPolicy",
          "f:imagePullSecrets",
          "f:nodeSelector",
          "f:priorityClassName",
          "f:restartPolicy",
          "f:schedulerName",
          "f:terminationGracePeriodSeconds",
          "f:tolerations",
          "f:topologySpreadConstraints");

  /**
   * Fields that the API server sets again after a removal. A client that restores a backup owns
   * them.
   */
  private static final Set<String> DEFAULTED =
      Set.of(
          "f:apiVersion",
          "f:defaultMode",
          "f:divisor",
          "f:failureThreshold",
          "f:imagePullPolicy",
          "f:periodSeconds",
          "f:protocol",
          "f:resources",
          "f:scheme",
          "f:successThreshold",
          "f:terminationMessagePath",
          "f:terminationMessagePolicy",
          "f:timeoutSeconds");

  private OwnedFields() {}

  /** The fields that another client has added where only the operator may set fields. */
  static List<Foreign> foreign(HasMetadata object) {
    return switch (object) {
      case Service service ->
          inService(FieldOwnership.of(service).with(trafficFields(service))).toList();
      case StatefulSet set -> inPods(FieldOwnership.of(set)).toList();
      default -> List.of();
    };
  }

  /** Whether the template has foreign fields, except for a restart that a user requested. */
  static boolean changeTemplate(StatefulSet set) {
    return FieldOwnership.of(set).foreign(TEMPLATE).stream()
        .anyMatch(field -> !field.path().getLast().equals(RESTARTED_AT));
  }

  /**
   * The fields of a Service that decide where traffic goes, by their values: users can edit {@code
   * managedFields} so that nothing owns a field.
   */
  private static Map<String, Object> trafficFields(Service service) {
    ServiceSpec spec = service.getSpec();
    Map<String, Object> fields = new LinkedHashMap<>();
    put(fields, "f:externalIPs", !spec.getExternalIPs().isEmpty());
    put(fields, "f:externalName", spec.getExternalName() != null);
    put(fields, "f:loadBalancerSourceRanges", !spec.getLoadBalancerSourceRanges().isEmpty());
    put(
        fields,
        "f:publishNotReadyAddresses",
        Boolean.TRUE.equals(spec.getPublishNotReadyAddresses()));
    Map<String, Object> ports = new LinkedHashMap<>();
    spec.getPorts()
        .forEach(port -> ports.put(PORT.formatted(port.getPort(), port.getProtocol()), Map.of()));
    fields.put("f:ports", ports);
    Map<String, Object> annotations = new LinkedHashMap<>();
    Map<String, String> set = service.getMetadata().getAnnotations();
    put(annotations, SOURCE_RANGES, set != null && set.containsKey(PrunedChild.SOURCE_RANGES));
    return Map.of("f:spec", fields, "f:metadata", Map.of("f:annotations", annotations));
  }

  private static void put(Map<String, Object> fields, String name, boolean present) {
    if (present) {
      fields.put(name, Map.of());
    }
  }

  private static Stream<Foreign> inService(FieldOwnership owners) {
    return Stream.concat(
        owners.foreign(SPEC).stream()
            .filter(field -> TRAFFIC.contains(field.path().get(SPEC.size()))),
        owners.foreign(ANNOTATIONS).stream()
            .filter(field -> field.path().getLast().equals(SOURCE_RANGES)));
  }

  private static Stream<Foreign> inPods(FieldOwnership owners) {
    return owners.foreign(POD).stream()
        .filter(field -> !SHARED.contains(field.path().get(POD.size())))
        .filter(field -> !field.leaf() || !DEFAULTED.contains(field.path().getLast()));
  }
}
