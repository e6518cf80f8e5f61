package org.natsoperator.admission.validate;

import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.natsoperator.decoding.LenientlyRead;
import org.natsoperator.validation.FieldError;

/**
 * The validation rules of one kind.
 *
 * @param mistakes errors that reject an object
 * @param updateWarnings about a change, by the old and the new object
 * @param missingDependencies of an object without errors, by the old and the new object; only then
 *     its names are valid for a lookup
 * @param warnings about a new or changed spec of an object without errors
 * @param annotations of the operator's group that have an effect
 */
record ValidationRules<T extends HasMetadata & LenientlyRead>(
    Class<T> type,
    Function<T, List<FieldError>> mistakes,
    BiFunction<T, T, List<FieldError>> updateWarnings,
    BiFunction<Optional<T>, T, List<FieldError>> missingDependencies,
    Function<T, List<FieldError>> warnings,
    Set<String> annotations) {}
