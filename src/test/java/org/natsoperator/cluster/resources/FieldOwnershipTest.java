package org.natsoperator.cluster.resources;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ManagedFieldsEntry;
import io.fabric8.kubernetes.api.model.ManagedFieldsEntryBuilder;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import org.junit.jupiter.api.Test;
import org.natsoperator.testing.FieldOwners;

class FieldOwnershipTest {

  private static final ManagedFieldsEntry OWN = FieldOwners.operator("{'f:spec': {}}");
  private static final ManagedFieldsEntry THEIRS = FieldOwners.other("kubectl", "{'f:spec': {}}");

  private static final ManagedFieldsEntry OF_STATUS =
      new ManagedFieldsEntryBuilder(OWN).withSubresource("status").build();

  private static final ManagedFieldsEntry UNNAMED =
      new ManagedFieldsEntryBuilder(THEIRS).withManager(null).build();

  /** The SDK throws an exception for the others, so the object would be applied again and again. */
  @Test
  void keepsOneReadableEntryOfOperator() {
    Service forged = service(UNNAMED, OF_STATUS, THEIRS, OWN);

    assertThat(readable(forged).getMetadata().getManagedFields()).containsExactly(OWN, THEIRS);
    assertThat(forged.getMetadata().getManagedFields()).as("of the cache").hasSize(4);
  }

  /** Then the operator applies the object again. */
  @Test
  void entryOfSubresourceIsNotThatOfOperator() {
    assertThat(readable(service(OF_STATUS, THEIRS)).getMetadata().getManagedFields())
        .containsExactly(THEIRS);
  }

  @Test
  void copiesNoObjectWithoutForgedEntries() {
    Service service = service(OWN, THEIRS);

    assertThat(readable(service)).isSameAs(service);
  }

  private static HasMetadata readable(Service service) {
    return FieldOwnership.withReadableEntries(service, new KubernetesSerialization()::clone);
  }

  private static Service service(ManagedFieldsEntry... entries) {
    return new ServiceBuilder().withNewMetadata().withManagedFields(entries).endMetadata().build();
  }
}
