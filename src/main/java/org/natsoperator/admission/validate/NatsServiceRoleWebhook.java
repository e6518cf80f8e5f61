package org.natsoperator.admission.validate;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.natsoperator.access.ClusterReference;
import org.natsoperator.admission.review.AdmissionHandler;
import org.natsoperator.admission.review.AdmissionRequest;
import org.natsoperator.admission.review.AdmissionResponse;
import org.natsoperator.admission.review.WebhookPaths;
import org.natsoperator.api.NatsApi;
import org.natsoperator.api.NatsServiceRole;
import org.natsoperator.lookup.UncachedReader;
import org.natsoperator.role.NatsServiceRoleValidator;
import org.natsoperator.role.NatsServiceRoleWarnings;
import org.natsoperator.validation.FieldError;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;

/** Rejects roles that cannot work, and warns about probable mistakes. */
@Component(WebhookPaths.ROLES)
public final class NatsServiceRoleWebhook implements AdmissionHandler {

  private final ValidationRules<NatsServiceRole> rules;

  @Autowired
  public NatsServiceRoleWebhook(UncachedReader reader) {
    this(role -> RoleDependencies.read(role, reader));
  }

  public NatsServiceRoleWebhook(Function<NatsServiceRole, RoleDependencies> dependencies) {
    rules =
        new ValidationRules<>(
            NatsServiceRole.class,
            NatsServiceRoleValidator::validate,
            NatsServiceRoleWebhook::withdrawnToken,
            (before, after) -> missingDependencies(before, after, dependencies),
            NatsServiceRoleWarnings::about,
            ResourceAnnotations.OF_ROLES);
  }

  @Override
  public int copies() {
    return CustomResourceValidation.COPIES;
  }

  @Override
  public AdmissionResponse handle(AdmissionRequest request) {
    return CustomResourceValidation.response(request, rules);
  }

  /** A role that moves to another cluster disconnects the clients of the previous one. */
  private static List<FieldError> withdrawnToken(NatsServiceRole before, NatsServiceRole after) {
    ClusterReference previous = ClusterReference.of(before);
    ClusterReference next = ClusterReference.of(after);
    if (previous.name().isEmpty() || previous.isSameCluster(next)) {
      return List.of();
    }
    String field =
        previous.name().equals(next.name())
            ? "metadata.annotations." + NatsApi.CLUSTER_NAMESPACE_ANNOTATION
            : "metadata.labels." + NatsApi.CLUSTER_LABEL;
    return List.of(
        new FieldError(
            field,
            "disconnects its clients from %s/%s and withdraws their token"
                .formatted(previous.clusterNamespace(), previous.name())));
  }

  /** Without a change of its cluster, the status of the role reports its dependencies. */
  private static List<FieldError> missingDependencies(
      Optional<NatsServiceRole> before,
      NatsServiceRole after,
      Function<NatsServiceRole, RoleDependencies> dependencies) {
    boolean stays =
        before.map(ClusterReference::of).filter(ClusterReference.of(after)::equals).isPresent();
    return stays ? List.of() : dependencies.apply(after).awaitedBy(after);
  }
}
