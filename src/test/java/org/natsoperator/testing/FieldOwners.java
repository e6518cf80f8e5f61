package org.natsoperator.testing;

import io.fabric8.kubernetes.api.model.ManagedFieldsEntry;
import io.fabric8.kubernetes.client.utils.Serialization;

/** Entries of {@code managedFields} as the API server writes them. */
public final class FieldOwners {

  private FieldOwners() {}

  /** The fields that the operator applied, as one line of YAML. */
  public static ManagedFieldsEntry operator(String fields) {
    return entry("nats-operator", "Apply", fields);
  }

  /** The fields that another client set. */
  public static ManagedFieldsEntry other(String manager, String fields) {
    return entry(manager, "Update", fields);
  }

  private static ManagedFieldsEntry entry(String manager, String operation, String fields) {
    return Serialization.unmarshal(
        """
        manager: %s
        operation: %s
        fieldsV1: %s
        """
            .formatted(manager, operation, fields),
        ManagedFieldsEntry.class);
  }
}
