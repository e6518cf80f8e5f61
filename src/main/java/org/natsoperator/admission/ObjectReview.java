package org.natsoperator.admission;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.natsoperator.role.Problem;

/**
 * Judges an object by the rules of its kind. Never in the way: what is being deleted, a status or
 * another subresource, a change of metadata alone, and what was as wrong before. Whoever mends or
 * clears away must not have to mend all at once.
 */
final class ObjectReview {

  private ObjectReview() {}

  static <T extends HasMetadata> Answer answer(Review review, KindRules<T> rules) {
    if (!isJudged(review)) {
      return Answer.allowed();
    }
    Reading<T> after = Reading.of(review.object(), review, rules.type());
    Optional<Reading<T>> before =
        Optional.of(review.oldObject())
            .filter(JsonNode::isObject)
            .map(old -> Reading.of(old, review, rules.type()));
    List<Problem> mistakes = after.mistakes(rules.mistakes());
    Map<Boolean, List<Problem>> byKnown =
        byKnown(mistakes, before.map(old -> old.mistakes(rules.mistakes())).orElse(List.of()));
    List<Problem> fresh = byKnown.get(false);
    boolean sameSpec = before.isPresent() && hasSameSpec(review);
    List<Problem> told = new ArrayList<>(sameSpec ? fresh : byKnown.get(true));
    before.ifPresent(old -> told.addAll(rules.costs().apply(old.object(), after.object())));
    if (mistakes.isEmpty()) {
      told.addAll(rules.awaited().apply(before.map(Reading::object), after.object()));
      told.addAll(sameSpec ? List.of() : rules.doubts().apply(after.object()));
    }
    return Answer.of(sameSpec ? List.of() : fresh, told);
  }

  private static boolean isJudged(Review review) {
    return review.object().isObject()
        && review.subresource().isEmpty()
        && Set.of("CREATE", "UPDATE").contains(review.operation())
        && !review.object().path("metadata").hasNonNull("deletionTimestamp");
  }

  private static boolean hasSameSpec(Review review) {
    JsonNode spec = review.object().path("spec");
    return spec.equals(review.oldObject().path("spec"));
  }

  /** Parts mistakes in those that were made before and those that were not. */
  private static Map<Boolean, List<Problem>> byKnown(List<Problem> mistakes, List<Problem> before) {
    Set<Problem> known = before.stream().map(ObjectReview::unindexed).collect(Collectors.toSet());
    return mistakes.stream()
        .collect(Collectors.partitioningBy(mistake -> known.contains(unindexed(mistake))));
  }

  /** An entry that is wrong is the same mistake wherever in its list it stands. */
  private static Problem unindexed(Problem problem) {
    String index = "\\[\\d+]";
    return new Problem(
        problem.field().replaceAll(index, ""), problem.message().replaceAll(index, ""));
  }
}
