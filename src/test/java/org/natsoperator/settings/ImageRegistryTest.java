package org.natsoperator.settings;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ImageRegistryTest {

  @ParameterizedTest
  @CsvSource({
    "nats:2.15.3,                     example.com/mirror/nats:2.15.3",
    "natsio/reloader:0.22.4,          example.com/mirror/natsio/reloader:0.22.4",
    "nats:2.15.3@sha256:1a,           example.com/mirror/nats:2.15.3@sha256:1a",
    "quay.io/natsio/reloader:1,       quay.io/natsio/reloader:1",
    "localhost/nats:1,                localhost/nats:1",
    "registry:5000/nats:1,            registry:5000/nats:1",
  })
  void addsRegistryToImageWithoutOne(String image, String resolved) {
    assertThat(new ImageRegistry("example.com/mirror").resolve(image)).isEqualTo(resolved);
    assertThat(ImageRegistry.OF_RUNTIME.resolve(image)).isEqualTo(image);
  }
}
