package org.natsoperator.admission;

import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.natsoperator.role.Problem;

/**
 * How the objects of a kind are judged: their users are warned of all but mistakes, and only where
 * there is none of what is awaited and of doubts, since then names are names and can be asked for.
 *
 * @param mistakes for which an object is refused
 * @param costs of a change, from one object to the other
 * @param awaited what an object waits for, by the object before, if it was there, and after
 * @param doubts about what a spec says, told where it is new
 */
record KindRules<T extends HasMetadata>(
    Class<T> type,
    Function<T, List<Problem>> mistakes,
    BiFunction<T, T, List<Problem>> costs,
    BiFunction<Optional<T>, T, List<Problem>> awaited,
    Function<T, List<Problem>> doubts) {}
