package org.natsoperator.cluster.server;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * The refused logins of a cluster, without anything that a client chooses.
 *
 * @param since when this replica began to count them
 * @param first the time of the first one after a time without
 * @param last the time of the last one
 */
public record ObservedRefusals(Instant since, Optional<Instant> first, Optional<Instant> last) {

  /** Without a refusal for this time, the logins of a cluster count as accepted. */
  public static final Duration MEMORY = Duration.ofMinutes(10);

  /** A client that connects before its role is in force is refused for a shorter time. */
  public static final Duration USUAL = Duration.ofSeconds(30);

  /** No refusals yet. */
  public static ObservedRefusals none(Instant since) {
    return new ObservedRefusals(since, Optional.empty(), Optional.empty());
  }

  /** The same after another refusal. */
  ObservedRefusals and(Instant refusal) {
    boolean continues = last.filter(at -> !at.plus(MEMORY).isBefore(refusal)).isPresent();
    return new ObservedRefusals(
        since, continues ? first : Optional.of(refusal), Optional.of(refusal));
  }

  /** Whether logins are refused again and again, as those of a client with a replaced token. */
  public boolean areRepeated() {
    return first.isPresent()
        && last.isPresent()
        && Duration.between(first.get(), last.get()).compareTo(USUAL) >= 0;
  }
}
