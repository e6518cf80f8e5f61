package org.natsoperator.admission;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.ArrayList;
import java.util.List;
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
    List<Problem> mistakes = after.mistakes(rules.mistakes());
    if (!review.oldObject().isObject()) {
      return Answer.of(mistakes, doubts(Optional.empty(), after.object(), mistakes, rules));
    }
    Reading<T> before = Reading.of(review.oldObject(), review, rules.type());
    Set<Problem> known = unindexed(before.mistakes(rules.mistakes()));
    if (hasSameSpec(review)) {
      mistakes.removeIf(mistake -> known.contains(unindexed(mistake)));
      return Answer.of(List.of(), mistakes);
    }
    List<Problem> told = new ArrayList<>(mistakes);
    told.removeIf(mistake -> !known.contains(unindexed(mistake)));
    told.addAll(rules.costs().apply(before.object(), after.object()));
    told.addAll(doubts(Optional.of(before.object()), after.object(), mistakes, rules));
    mistakes.removeAll(told);
    return Answer.of(mistakes, told);
  }

  /** Of an object without mistakes alone: its names are names, and can be asked for. */
  private static <T extends HasMetadata> List<Problem> doubts(
      Optional<T> before, T after, List<Problem> mistakes, KindRules<T> rules) {
    return mistakes.isEmpty() ? rules.doubts().apply(before, after) : List.of();
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
