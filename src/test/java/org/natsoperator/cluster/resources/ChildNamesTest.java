package org.natsoperator.cluster.resources;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChildNamesTest {

  @ParameterizedTest(name = "{0} can be a server: {1}")
  @CsvSource({
    "example-nats-1, true",
    "example-nats-999999999, true",
    "example-nats-9999999999, false",
    "example-nats-, false",
    "example-nats-x, false",
    "example-nats-1-2, false",
    "example-nats, false",
    "other-1, false"
  })
  void serverHasNumberAfterNameOfCluster(String pod, boolean server) {
    assertThat(new ChildNames("example-nats", "team").isServer(pod)).isEqualTo(server);
  }
}
