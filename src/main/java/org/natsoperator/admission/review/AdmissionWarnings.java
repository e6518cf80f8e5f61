package org.natsoperator.admission.review;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.natsoperator.validation.FieldError;

/**
 * What the user is to hear, each thing once: the API server asks for at most 120 characters each,
 * 4096 in all.
 */
public final class AdmissionWarnings {

  private static final int LONGEST = 120;
  private static final int MOST = 30;

  private final Set<String> warnings = new LinkedHashSet<>();

  static AdmissionWarnings of(List<FieldError> errors) {
    AdmissionWarnings warnings = new AdmissionWarnings();
    errors.forEach(error -> warnings.add(error.toString()));
    return warnings;
  }

  public void add(String format, Object... arguments) {
    String warning = arguments.length == 0 ? format : format.formatted(arguments);
    warnings.add(warning.length() <= LONGEST ? warning : warning.substring(0, LONGEST - 1) + "…");
  }

  public List<String> all() {
    List<String> shown = new ArrayList<>(warnings.stream().limit(MOST).toList());
    if (warnings.size() > MOST) {
      shown.add("%d more warnings are not shown".formatted(warnings.size() - MOST));
    }
    return shown;
  }
}
