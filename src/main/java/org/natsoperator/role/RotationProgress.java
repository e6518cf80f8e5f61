package org.natsoperator.role;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The progress of token rotations on this replica. A step may be late, for example since the API
 * server was slow. The client pods are still annotated twice before the previous token ends.
 */
final class RotationProgress {

  /** A role that was deleted during its rotation is forgotten after this time. */
  private static final Duration REMEMBERED = Duration.ofHours(1);

  /**
   * A call to annotate the client pods.
   *
   * @param since identifies the rotation
   * @param due the time of the call after the start of a rotation without delays
   * @param time the time at which the call was really due
   */
  private record Call(Instant since, Duration due, Instant time) {}

  private final Map<String, Call> callByRole = new ConcurrentHashMap<>();

  /**
   * The time for {@link TokenRotationStep}, as if no step had been late.
   *
   * @param role UID of the role
   * @param since time at which the token became the previous one
   */
  Instant time(String role, Instant since, Instant now) {
    callByRole.values().removeIf(call -> call.time().isBefore(now.minus(REMEMBERED)));
    Call call = callByRole.merge(role, new Call(since, Duration.ZERO, now), this::next);
    Duration passed = Duration.between(call.time(), now);
    return since.plus(call.due()).plus(passed.isNegative() ? Duration.ZERO : passed);
  }

  /** Forgets a role without a previous token. */
  void remove(String role) {
    callByRole.remove(role);
  }

  private Call next(Call last, Call first) {
    if (!last.since().equals(first.since())) {
      return first;
    }
    boolean isFirst = last.due().isZero();
    boolean isOver = !first.time().isBefore(last.time().plus(TokenRotationStep.SECOND_CALL));
    return isFirst && isOver
        ? new Call(first.since(), TokenRotationStep.SECOND_CALL, first.time())
        : last;
  }
}
