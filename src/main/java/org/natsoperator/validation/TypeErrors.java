package org.natsoperator.validation;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.natsoperator.decoding.LenientDecoder;
import org.natsoperator.decoding.LenientlyRead;
import org.natsoperator.decoding.TypeMismatch;

/** The errors of values in a spec that have a wrong type. The operator cannot read them. */
public final class TypeErrors {

  private static final String SPEC = "spec";

  private TypeErrors() {}

  /** Returns these errors, and then those of the other errors that they did not cause. */
  public static List<FieldError> before(List<FieldError> others, LenientlyRead resource) {
    List<FieldError> mismatches =
        resource.mismatches().stream()
            .filter(mismatch -> mismatch.path().isEmpty() || mismatch.path().startsWith(SPEC))
            .map(TypeErrors::error)
            .toList();
    List<FieldError> errors = new ArrayList<>(mismatches);
    others.stream()
        .filter(error -> mismatches.stream().noneMatch(other -> overlap(error, other)))
        .forEach(errors::add);
    return errors;
  }

  private static FieldError error(TypeMismatch mismatch) {
    String path = mismatch.path().isEmpty() ? SPEC : mismatch.path();
    String type = mismatch.type().name().toLowerCase(Locale.ROOT);
    return new FieldError(
        path,
        path.equals(SPEC) && type.equals("object")
            ? "more than %d values have a wrong type; see `kubectl explain`"
                .formatted(LenientDecoder.MAX_MISMATCHES)
            : "a value of type %s is not valid here; see `kubectl explain`".formatted(type));
  }

  /** Whether one field contains the other: then the type mismatch may have caused the error. */
  private static boolean overlap(FieldError error, FieldError mismatch) {
    String field = error.field().replace("[", ".[") + ".";
    String other = mismatch.field().replace("[", ".[") + ".";
    return field.startsWith(other) || other.startsWith(field);
  }
}
