package org.natsoperator.admission.validate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.natsoperator.admission.review.AdmissionRequests.delete;
import static org.natsoperator.admission.review.AdmissionRequests.role;
import static org.natsoperator.admission.review.AdmissionRequests.status;
import static org.natsoperator.admission.review.AdmissionRequests.update;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.natsoperator.admission.review.AdmissionRequest;
import org.natsoperator.admission.review.AdmissionResponse;
import org.natsoperator.validation.FieldError;

/** Updates of existing roles: the webhook never prevents a correction or a deletion. */
class RoleChangeTest {

  private static final String GOOD = "{publish: [foo], subscribe: [bar]}";
  private static final String ANNOTATION = ", annotations: {nats.io/cluster-namespace: %s}";
  private static final String BAD = "{publish: [foo..bar, foo], subscribe: [bar]}";

  @Test
  void acceptsDeletionOfRole() {
    assertThat(handle(delete(role(BAD)))).isEqualTo(AdmissionResponse.allowed());
    String leaving = "labels: {}, deletionTimestamp: '2026-01-01T00:00:00Z', finalizers: []";
    assertThat(handle(update(role(BAD), role(leaving, BAD))))
        .isEqualTo(AdmissionResponse.allowed());
  }

  @Test
  void rejectsNewErrorInRoleThatIsBeingDeleted() {
    String leaving =
        "labels: {nats_cluster: a}, deletionTimestamp: '2026-01-01T00:00:00Z', finalizers: [a]";
    assertThat(handle(update(role(leaving, GOOD), role(leaving, BAD))).errors())
        .extracting(FieldError::field)
        .containsExactly("spec.permissions.publish[0]");
  }

  @Test
  void acceptsAnyUpdateOfStatus() {
    assertThat(handle(status(role(GOOD), role(BAD)))).isEqualTo(AdmissionResponse.allowed());
  }

  @Test
  void rejectsNewError() {
    assertThat(handle(update(role(GOOD), role(BAD))).errors())
        .extracting(FieldError::field)
        .containsExactly("spec.permissions.publish[0]");
  }

  @Test
  void acceptsChangeOfMetadata() {
    AdmissionResponse response =
        handle(
            update(role(BAD), role("labels: {nats_cluster: example-nats}, finalizers: [a]", BAD)));

    assertThat(response).isEqualTo(AdmissionResponse.allowed());
  }

  /** This removes rights, which must always be possible. */
  @Test
  void warnsIfLabelIsRemoved() {
    AdmissionResponse response = handle(update(role(GOOD), role("labels: {}", GOOD)));

    assertThat(response.errors()).isEmpty();
    assertThat(response.warnings())
        .containsExactly(
            "metadata.labels.nats_cluster: is missing; set it to the name of a NatsCluster",
            "metadata.labels.nats_cluster: disconnects its clients from team/example-nats"
                + " and withdraws their token");
  }

  @Test
  void warnsAboutWithdrawnTokenIfClusterChanges() {
    String same = "labels: {nats_cluster: example-nats}";
    String withdraws = "disconnects its clients from team/example-nats and withdraws their token";

    assertThat(handle(update(role(GOOD), role("labels: {nats_cluster: other}", GOOD))).warnings())
        .containsExactly("metadata.labels.nats_cluster: " + withdraws);
    assertThat(
            handle(update(role(GOOD), role(same + ANNOTATION.formatted("core"), GOOD))).warnings())
        .containsExactly("metadata.annotations.nats.io/cluster-namespace: " + withdraws);
    assertThat(
            handle(update(role(GOOD), role(same + ANNOTATION.formatted("team"), GOOD))).warnings())
        .as("the annotation names the same cluster")
        .isEmpty();
    assertThat(handle(update(role("labels: {}", GOOD), role(GOOD))).warnings())
        .as("a role that had no cluster")
        .isEmpty();
  }

  @Test
  void warnsAboutUnknownAnnotationOnce() {
    String metadata = "labels: {nats_cluster: example-nats}, annotations: {nats.io/reisue: now}";

    assertThat(handle(update(role(GOOD), role(metadata, GOOD))).warnings())
        .containsExactly(
            "metadata.annotations.nats.io/reisue: is unknown and has no effect; check its"
                + " spelling");
    assertThat(handle(update(role(metadata, GOOD), role(metadata, GOOD))).warnings()).isEmpty();
  }

  @Test
  void warnsAboutErrorThatExistedBefore() {
    AdmissionResponse response =
        handle(update(role(BAD), role("{publish: [new, foo..bar], subscribe: [bar]}")));

    assertThat(response.errors()).isEmpty();
    assertThat(response.warnings())
        .containsExactly(
            "spec.permissions.publish[1]: \"foo..bar\" has an empty token; remove the extra dot");
  }

  @Test
  void rejectsNewErrorNextToOldOne() {
    AdmissionResponse response =
        handle(update(role(BAD), role("{publish: [foo..bar, x..y], subscribe: [bar, foo..bar]}")));

    assertThat(response.errors())
        .extracting(FieldError::field)
        .as("another subject in the same list, and the same subject in another list")
        .containsExactly("spec.permissions.publish[1]", "spec.permissions.subscribe[1]");
  }

  @Test
  void acceptsTypeErrorThatExistedBefore() {
    assertThat(handle(update(role("{publish: [5]}"), role("{publish: [5, foo]}"))).isAllowed())
        .isTrue();
  }

  @Test
  void warnsAboutMissingDependenciesOnlyIfClusterChanges() {
    NatsServiceRoleWebhook webhook =
        new NatsServiceRoleWebhook(role -> new RoleDependencies(Optional.empty(), true, true));
    String other = "{publish: [other], subscribe: [bar]}";

    assertThat(webhook.handle(update(role(GOOD), role(other))).warnings())
        .as("update without a change of the cluster")
        .isEmpty();
    assertThat(
            webhook
                .handle(update(role(GOOD), role("labels: {nats_cluster: other}", other)))
                .warnings())
        .hasSize(3);
    String moved =
        "labels: {nats_cluster: example-nats}, annotations: {nats.io/cluster-namespace: core}";
    assertThat(webhook.handle(update(role(GOOD), role(moved, other))).warnings()).hasSize(3);
    assertThat(webhook.handle(update(role(GOOD), role(moved, GOOD))).warnings())
        .as("update of only the namespace of the cluster")
        .hasSize(3);
    assertThat(
            webhook
                .handle(update(role(GOOD), role("labels: {nats_cluster: a.b}", GOOD)))
                .warnings())
        .as("invalid cluster name without a lookup")
        .hasSize(2);
  }

  private static AdmissionResponse handle(AdmissionRequest request) {
    return new NatsServiceRoleWebhook(role -> RoleDependencies.UNKNOWN).handle(request);
  }
}
