package org.natsoperator.certificates;

import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;

/**
 * How long certificates are good and how long a change of them takes.
 *
 * @param authority of a CA
 * @param leaf of what is served; never longer than its CA
 * @param settle from a CA's being published until every API server surely has seen it
 * @param grace from then on until what was before it is dropped; no replica may need longer to
 *     serve the new
 */
record Lifetimes(Duration authority, Duration leaf, Duration settle, Duration grace) {

  /** Clocks differ: so long before they are made, certificates are good. */
  static final Duration BACKDATED = Duration.ofMinutes(5);

  /** When two thirds of its life are over, so that there is a third to find out that it fails. */
  static boolean isDue(X509Certificate certificate, Instant now) {
    Instant end = certificate.getNotAfter().toInstant();
    Duration third = Duration.between(madeAt(certificate), end).dividedBy(3);
    return !now.isBefore(end.minus(third));
  }

  static boolean isExpired(X509Certificate certificate, Instant now) {
    return certificate.getNotAfter().before(Date.from(now));
  }

  /** Of a certificate that was made here. */
  static Instant madeAt(X509Certificate certificate) {
    return certificate.getNotBefore().toInstant().plus(BACKDATED);
  }
}
