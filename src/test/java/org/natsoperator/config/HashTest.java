package org.natsoperator.config;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class HashTest {

  private static final String SHA256_OF_ABC =
      "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

  @Test
  void isSha256() {
    assertThat(Hash.of("abc")).isEqualTo(SHA256_OF_ABC);
  }

  @Test
  void shortHashIsPrefixOfFullHash() {
    assertThat(Hash.shortOf("abc")).isEqualTo("ba7816bf8f");
  }
}
