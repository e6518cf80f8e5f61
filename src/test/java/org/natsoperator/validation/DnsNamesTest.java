package org.natsoperator.validation;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DnsNamesTest {

  @ParameterizedTest
  @CsvSource({
    "a, true, true", "team-1, true, true", "1, true, true", "a.b-c.d, false, true",
    "'', false, false", "-a, false, false", "a-, false, false", "a..b, false, false",
    "A, false, false", "a/b, false, false", "'a\n', false, false", "ä, false, false"
  })
  void validatesLabelsAndSubdomains(String name, boolean label, boolean subdomain) {
    assertThat(DnsNames.isLabel(name)).isEqualTo(label);
    assertThat(DnsNames.isSubdomain(name)).isEqualTo(subdomain);
  }

  @Test
  void limitsLength() {
    assertThat(DnsNames.isLabel("a".repeat(63))).isTrue();
    assertThat(DnsNames.isLabel("a".repeat(64))).isFalse();
    assertThat(DnsNames.isSubdomain("a".repeat(253))).isTrue();
    assertThat(DnsNames.isSubdomain("a".repeat(254))).isFalse();
  }
}
