package org.natsoperator.admission;

import java.util.ArrayList;
import java.util.List;
import org.natsoperator.role.Problem;

/** Problems as warnings: the API server asks for at most 120 characters each, 4096 in all. */
final class Warnings {

  private static final int LONGEST = 120;
  private static final int MOST = 30;

  private Warnings() {}

  static List<String> of(List<Problem> problems) {
    List<String> warnings = new ArrayList<>();
    problems.stream().limit(MOST).map(Problem::toString).map(Warnings::cut).forEach(warnings::add);
    if (problems.size() > MOST) {
      warnings.add("%d more warnings are not shown".formatted(problems.size() - MOST));
    }
    return warnings;
  }

  private static String cut(String text) {
    return text.length() <= LONGEST ? text : text.substring(0, LONGEST - 1) + "…";
  }
}
