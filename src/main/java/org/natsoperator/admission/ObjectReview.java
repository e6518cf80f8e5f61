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
    Set<Problem> known =
        before.map(old -> unindexed(old.mistakes(rules.mistakes()))).orElse(Set.of());
    Map<Boolean, List<Problem>> byKnown =
        mistakes.stream()
            .collect(Collectors.partitioningBy(mistake -> known.contains(unindexed(mistake))));
    boolean sameSpec = before.isPresent() && hasSameSpec(review);
    List<Problem> told = new ArrayList<>(byKnown.get(!sameSpec));
    before.ifPresent(old -> told.addAll(rules.costs().apply(old.object(), after.object())));
    if (mistakes.isEmpty()) {
      told.addAll(rules.awaited().apply(before.map(Reading::object), after.object()));
      told.addAll(sameSpec ? List.of() : rules.doubts().apply(after.object()));
    }
    return Answer.of(sameSpec ? List.of() : byKnown.get(false), told);
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

  private static Set<Problem> unindexed(List<Problem> problems) {
    return problems.stream().map(ObjectReview::unindexed).collect(Collectors.toSet());
  }

  /** An entry that is wrong is the same mistake wherever in its list it stands. */
  private static Problem unindexed(Problem problem) {
    String index = "\\[\\d+]";
    return new Problem(
        problem.field().replaceAll(index, ""), problem.message().replaceAll(index, ""));
  }
}
