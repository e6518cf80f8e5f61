package org.natsoperator.admission.validate;

import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.natsoperator.validation.FieldError;

/**
 * How the objects of a kind are judged: refused for mistakes, warned of the rest.
 *
 * @param mistakes for which an object is refused
 * @param updateWarnings of a change, from one object to the other
 * @param missingDependencies what an object without mistakes waits for, by the object before, if it
 *     was there, and after: its names are names, and can be asked for
 * @param warnings about what the spec of an object without mistakes says, where that is new
 */
record ValidationRules<T extends HasMetadata>(
    Class<T> type,
    Function<T, List<FieldError>> mistakes,
    BiFunction<T, T, List<FieldError>> updateWarnings,
    BiFunction<Optional<T>, T, List<FieldError>> missingDependencies,
    Function<T, List<FieldError>> warnings) {}
