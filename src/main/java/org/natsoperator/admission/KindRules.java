package org.natsoperator.admission;

import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.natsoperator.role.Problem;

/**
 * How the objects of a kind are judged.
 *
 * @param mistakes for which an object is refused
 * @param doubts of which its user is warned, by the object before the change, if it was there, and
 *     after
 * @param costs of a change, from one object to the other, of which its user is warned
 */
record KindRules<T extends HasMetadata>(
    Class<T> type,
    Function<T, List<Problem>> mistakes,
    BiFunction<Optional<T>, T, List<Problem>> doubts,
    BiFunction<T, T, List<Problem>> costs) {}
