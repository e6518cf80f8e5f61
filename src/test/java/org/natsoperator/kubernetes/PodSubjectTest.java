package org.natsoperator.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PodSubjectTest {

  @Test
  void podWithControllerHasItAsSubject() {
    assertThat(PodSubject.of(pod()))
        .satisfies(
            subject -> {
              assertThat(subject.getApiVersion()).isEqualTo("apps/v1");
              assertThat(subject.getKind()).isEqualTo("ReplicaSet");
              assertThat(subject.getMetadata().getName()).isEqualTo("owner");
              assertThat(subject.getMetadata().getUid()).isEqualTo("uid-of-owner");
            });
  }

  /** A check of all namespaces remembers it. */
  @ParameterizedTest
  @ValueSource(strings = {"apiVersion", "kind", "name", "uid"})
  void podIsItsOwnSubjectIfItsControllerCannotExist(String field) {
    ObjectNode pod = pod();
    ((ObjectNode) pod.at("/metadata/ownerReferences/0")).put(field, "a".repeat(254));

    assertThat(PodSubject.of(pod).getKind()).isEqualTo("Pod");
    assertThat(PodSubject.of(pod).getMetadata().getName()).isEqualTo("client");
  }

  private static ObjectNode pod() {
    ObjectNode pod = new ObjectMapper().createObjectNode();
    ObjectNode metadata = pod.putObject("metadata").put("name", "client").put("namespace", "a");
    metadata
        .putArray("ownerReferences")
        .addObject()
        .put("controller", true)
        .put("apiVersion", "apps/v1")
        .put("kind", "ReplicaSet")
        .put("name", "owner")
        .put("uid", "uid-of-owner");
    return pod;
  }
}
