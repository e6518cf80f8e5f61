package org.natsoperator.admission;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** What the user is to hear, each thing once. */
final class UserWarnings {

  /** What kubectl and API server show whole. */
  private static final int LONGEST = 120;

  private final Set<String> warnings = new LinkedHashSet<>();

  void add(String format, Object... arguments) {
    String warning = arguments.length == 0 ? format : format.formatted(arguments);
    warnings.add(warning.length() <= LONGEST ? warning : warning.substring(0, LONGEST - 1) + "…");
  }

  List<String> all() {
    return new ArrayList<>(warnings);
  }
}
