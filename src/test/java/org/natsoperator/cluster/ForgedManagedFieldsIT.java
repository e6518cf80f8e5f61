package org.natsoperator.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.natsoperator.testing.Manifests.CLUSTER;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ManagedFieldsEntry;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.natsoperator.testing.Manifests;
import org.natsoperator.testing.OperatorTest;
import org.natsoperator.testing.Sandbox;

/** Entries of {@code managedFields} that a user of the namespace writes in the operator's name. */
@OperatorTest
class ForgedManagedFieldsIT {

  private static final String SERVICE = "service/" + CLUSTER;
  private static final String OF_SUBRESOURCE =
      "'manager': 'nats-operator', 'operation': 'Apply', 'subresource': 'status', 'fieldsV1':"
          + " {'f:theirs': {}}";

  private static final String SET = "statefulset/" + CLUSTER;

  private Sandbox sandbox;

  @BeforeEach
  void create(Sandbox fresh) {
    sandbox = fresh;
    sandbox.apply(
        Manifests.cluster(1, "2.15.3"),
        Manifests.serviceAccount("first"),
        Manifests.role("first", "orders.>"));
    await().until(() -> sandbox.statefulSet(CLUSTER), Objects::nonNull);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "an entry for a subresource | 'manager': 'nats-operator', 'operation': 'Apply',"
            + " 'subresource': 'status', 'fieldsV1': {'f:spec': {'f:theirs': {}}}",
        "a port that is missing | 'manager': 'nats-operator', 'operation': 'Apply', 'fieldsV1':"
            + " {'f:spec': {'f:ports': {'k:{\\\"port\\\":9,\\\"protocol\\\":\\\"TCP\\\"}': {'.':"
            + " {}}}}}",
        "no manager | 'operation': 'Update', 'fieldsV1': {'f:spec': {'f:theirs': {}}}"
      })
  void serviceFollowsTheSpecDespite(String sentence, String entry) {
    forge(SERVICE, "v1", entry);
    patch(SERVICE, "spec: {type: ExternalName, externalName: evil.example.com}");

    await().untilAsserted(() -> assertThat(service().getSpec().getType()).isEqualTo("ClusterIP"));
  }

  @ParameterizedTest(name = "nats-server {0}")
  @ValueSource(strings = {"2.14.10", "2.10.27"})
  void serversFollowTheSpec(String version) {
    forge(SET, "apps/v1", OF_SUBRESOURCE);

    sandbox.apply(Manifests.cluster(1, version));

    await().untilAsserted(() -> assertThat(image()).isEqualTo("nats:" + version));
    assertThat(sandbox.clusterCondition(CLUSTER, "Managed").getReason()).isEqualTo("FollowsSpec");
  }

  @Test
  void revocationsContinue() {
    await().untilAsserted(() -> assertThat(sandbox.users(CLUSTER)).hasSize(2));
    sandbox
        .configs(CLUSTER)
        .keySet()
        .forEach(name -> forge("secret/" + name, "v1", OF_SUBRESOURCE));

    sandbox.delete(sandbox.role("first"));

    await()
        .untilAsserted(
            () ->
                assertThat(sandbox.configs(CLUSTER).keySet())
                    .allSatisfy(
                        name ->
                            assertThat(
                                    sandbox
                                        .configs(CLUSTER)
                                        .get(name)
                                        .parse()
                                        .at("/authorization/users"))
                                .hasSize(1)));
  }

  /** The operator removes a field only once, so the user can take the time to forge its entries. */
  @ParameterizedTest(name = "reset of all entries: {0}")
  @ValueSource(booleans = {false, true})
  void fieldOfServiceWithoutOwnerIsForeign(boolean reset) {
    String address = "spec: {externalIPs: [192.0.2.1]}";
    patch(SERVICE, address);
    await().untilAsserted(() -> assertThat(service().getSpec().getExternalIPs()).isEmpty());
    patch(SERVICE, address);
    await()
        .untilAsserted(
            () ->
                assertThat(sandbox.clusterCondition(CLUSTER, "Managed").getMessage())
                    .contains("Service example-nats: spec.externalIPs"));

    removeOwners(service(), reset);
    sandbox.apply(Manifests.cluster(1, "2.14.10"));
    await().untilAsserted(() -> assertThat(service().getSpec().getExternalIPs()).isEmpty());
  }

  private void removeOwners(HasMetadata object, boolean reset) {
    List<ManagedFieldsEntry> own =
        object.getMetadata().getManagedFields().stream()
            .filter(entry -> entry.getManager().equals("nats-operator"))
            .toList();
    sandbox.patch(
        object,
        "{\"metadata\": {\"managedFields\": %s}}"
            .formatted(reset ? "[{}]" : Serialization.asJson(own)));
  }

  private void forge(String object, String apiVersion, String entry) {
    patchJson(
        object,
        """
        {"op": "add", "path": "/metadata/managedFields/-", "value": {"apiVersion": "%s", \
        "fieldsType": "FieldsV1", %s}}
        """
            .formatted(apiVersion, entry));
  }

  private void patchJson(String object, String operation) {
    String patch = "[%s]".formatted(operation.replace('\'', '"'));
    assertThat(sandbox.kubectl("patch", object, "--type=json", "--patch", patch))
        .contains("patched");
  }

  private void patch(String object, String yaml) {
    assertThat(sandbox.kubectl("patch", object, "--patch", yaml)).contains("patched");
  }

  private Service service() {
    return sandbox.client().services().inNamespace(sandbox.namespace()).withName(CLUSTER).get();
  }

  private String image() {
    return server().getImage();
  }

  private Container server() {
    return sandbox
        .statefulSet(CLUSTER)
        .getSpec()
        .getTemplate()
        .getSpec()
        .getContainers()
        .getFirst();
  }
}
