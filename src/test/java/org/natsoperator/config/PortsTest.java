package org.natsoperator.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PortsTest {

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource({
    "10.0.0.7, 10.0.0.7:4222",
    "fd00:10::7, [fd00:10::7]:4222",
    "example-nats-1.example-nats-mgmt, example-nats-1.example-nats-mgmt:4222"
  })
  void addressIsPartOfUrl(String host, String address) {
    assertThat(Ports.address(host, Ports.CLIENT)).isEqualTo(address);
    assertThat(URI.create("nats://" + address)).hasPort(Ports.CLIENT);
  }
}
