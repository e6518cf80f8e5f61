package org.natsoperator.cluster.resources;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import java.util.List;
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

  /** A copy of the field {@code serviceAccountName} that the API server writes. */
  private static final String OLD_SERVICE_ACCOUNT = "f:serviceAccount";

  private static final List<String> SERVICE_ACCOUNT =
      FieldOwnership.append(POD, "f:serviceAccountName");

  /**
   * Fields that the API server sets again after a removal. They have no owner, or that of a client
   * that restores a backup.
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

  /**
   * The fields that another client has added where only the operator may set fields, also if their
   * owner is unknown.
   *
   * @param json of the object
   */
  static List<Foreign> foreign(HasMetadata object, JsonNode json) {
    FieldOwnership owners = FieldOwnership.of(object).withUnowned(json);
    return switch (object) {
      case Service ignored -> inService(owners).toList();
      case StatefulSet ignored -> inPods(owners).toList();
      default -> List.of();
    };
  }

  /** Whether the template has foreign fields, except for a restart that a user requested. */
  static boolean changeTemplate(StatefulSet set, JsonNode json) {
    FieldOwnership owners = FieldOwnership.of(set);
    return Stream.concat(owners.foreign(TEMPLATE).stream(), inPods(owners.withUnowned(json)))
        .anyMatch(field -> !field.path().getLast().equals(RESTARTED_AT));
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
        .filter(field -> !field.leaf() || !isDefault(field.path().getLast(), owners));
  }

  private static boolean isDefault(String field, FieldOwnership owners) {
    return DEFAULTED.contains(field)
        || field.equals(OLD_SERVICE_ACCOUNT) && owners.isOwn(SERVICE_ACCOUNT);
  }
}
