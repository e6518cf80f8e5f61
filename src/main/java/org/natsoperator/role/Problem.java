package org.natsoperator.role;

import java.util.List;
import java.util.stream.Collectors;

/** A user's mistake: the field it is in, and what is wrong and what to do. */
public record Problem(String field, String message) {

  @Override
  public String toString() {
    return field + ": " + message;
  }

  /** All mistakes in one sentence, for a condition or an Event. */
  public static String join(List<Problem> problems) {
    return problems.stream().map(Problem::toString).collect(Collectors.joining("; "));
  }
}
