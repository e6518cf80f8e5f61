package org.natsoperator.cluster.resources;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EnvVarBuilder;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSetBuilder;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.natsoperator.testing.FieldOwners;

class ManyForeignFieldsTest {

  private static final String IN_SERVER =
      "{'f:spec': {'f:template': {'f:spec': {'f:containers': {'k:{\"name\":\"nats\"}': {%s}}}}}}";

  /** Any user who can edit the StatefulSet can add them, also with names of a megabyte. */
  @Test
  void numberAndNamesAreLimited() {
    List<EnvVar> variables =
        IntStream.range(0, 1_000)
            .mapToObj(i -> new EnvVarBuilder().withName("A".repeat(1_000) + i).build())
            .toList();
    String fields =
        variables.stream()
            .map(variable -> "'k:{\"name\":\"" + variable.getName() + "\"}': {'.': {}}")
            .collect(Collectors.joining(", ", "'f:env': {", "}"));
    StatefulSet set =
        new StatefulSetBuilder()
            .withNewMetadata()
            .withManagedFields(
                FieldOwners.operator(
                    IN_SERVER.formatted("'f:env': {'k:{\"name\":\"OWN\"}': {'.': {}}}")),
                FieldOwners.other("kubectl-set", IN_SERVER.formatted(fields)))
            .endMetadata()
            .withNewSpec()
            .withNewTemplate()
            .withNewSpec()
            .addNewContainer()
            .withName("nats")
            .withEnv(variables)
            .endContainer()
            .endSpec()
            .endTemplate()
            .endSpec()
            .build();

    assertThat(ForeignFields.in(set, new StatefulSet()).orElseThrow().names())
        .hasSize(500)
        .allSatisfy(name -> assertThat(name).hasSizeLessThanOrEqualTo(300));
  }
}
