package org.natsoperator.admission.review;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.natsoperator.validation.FieldError;

/** Distinct warnings. The API server allows 120 characters for each and 4096 for all. */
public final class AdmissionWarnings {

  private static final int LONGEST = 120;
  private static final int MOST = 30;

  private final Set<String> warnings = new LinkedHashSet<>();

  public static AdmissionWarnings of(List<FieldError> errors) {
    AdmissionWarnings warnings = new AdmissionWarnings();
    errors.forEach(error -> warnings.add(error.toString()));
    return warnings;
  }

  /** Adds a warning, formatted like {@link String#format}. */
  public void add(String format, Object... arguments) {
    String warning = arguments.length == 0 ? format : format.formatted(arguments);
    warnings.add(warning.length() <= LONGEST ? warning : warning.substring(0, LONGEST - 1) + "…");
  }

  /** The warnings, bounded in number and length. */
  public List<String> all() {
    List<String> shown = new ArrayList<>(warnings.stream().limit(MOST).toList());
    if (warnings.size() > MOST) {
      shown.add("further warnings are not shown");
    }
    return shown;
  }
}
