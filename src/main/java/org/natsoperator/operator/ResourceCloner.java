package org.natsoperator.operator;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.javaoperatorsdk.operator.api.config.Cloner;
import org.natsoperator.decoding.LenientlyRead;

/**
 * Copies cached objects for the reconcilers. The SDK's own cloner writes and reads JSON: a copy
 * would no longer show that a value of the spec could not be read, and would act as if it was
 * missing.
 */
record ResourceCloner(KubernetesSerialization json) implements Cloner {

  @Override
  @SuppressWarnings("unchecked") // The copy has the same class.
  public <R extends HasMetadata> R clone(R object) {
    return object instanceof LenientlyRead read ? (R) read.copy() : json.clone(object);
  }
}
