package org.natsoperator.certificates;

import static org.assertj.core.api.Assertions.assertThat;
import static org.natsoperator.certificates.Observation.START;
import static org.natsoperator.certificates.Observation.cas;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class CaPublicationTest {

  private static final CertificateFiles OLD = Observation.generated(START);
  private static final CertificateFiles NEW = Observation.generated(START);
  private static final Instant LATER = START.plusSeconds(60);

  @Test
  void isCompleteWhenEveryWebhookTrustsAllCas() {
    assertThat(observe(cas(OLD, NEW), cas(NEW)).since(cas(NEW))).contains(START);
    assertThat(observe(cas(OLD), cas(NEW)).since(cas(NEW))).isEmpty();
    assertThat(observe(cas(NEW)).since(cas(OLD, NEW))).isEmpty();
    assertThat(observe().since(cas(NEW))).isEmpty();
    assertThat(observe(cas(NEW)).since(CaBundle.EMPTY)).isEmpty();
  }

  @Test
  void restartsTimeForAnotherCaAndAfterGap() {
    CaPublication old = observe(cas(OLD));
    assertThat(old.observe(List.of(cas(OLD)), LATER).since(cas(OLD))).contains(START);
    assertThat(old.observe(List.of(cas(NEW, OLD)), LATER).since(cas(NEW, OLD))).contains(LATER);
    CaPublication gap = old.observe(List.of(CaBundle.EMPTY), LATER);
    assertThat(gap.observe(List.of(cas(OLD)), LATER).since(cas(OLD))).contains(LATER);
  }

  @Test
  void continuesTimeWhenCaIsRemovedFromSecret() {
    CaPublication both = observe(cas(NEW, OLD));
    assertThat(both.observe(List.of(cas(NEW, OLD)), LATER).since(cas(NEW))).contains(START);
  }

  @Test
  void reportsAdditionOfNewestCaInAnyWebhook() {
    CaPublication old = observe(cas(OLD), cas(OLD));
    assertThat(old.lastAddition()).contains(START);
    assertThat(old.observe(List.of(cas(OLD), cas(OLD, NEW)), LATER).lastAddition()).contains(LATER);
    assertThat(old.observe(List.of(cas(OLD), CaBundle.EMPTY), LATER).lastAddition())
        .contains(START);
    assertThat(observe().lastAddition()).isEmpty();
  }

  private static CaPublication observe(CaBundle... published) {
    return CaPublication.NONE.observe(List.of(published), START);
  }
}
