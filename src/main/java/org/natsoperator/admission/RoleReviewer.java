package org.natsoperator.admission;

import java.util.List;
import java.util.Optional;
import org.natsoperator.api.NatsServiceRole;
import org.natsoperator.role.ClusterReference;
import org.natsoperator.role.NatsServiceRoleValidator;
import org.natsoperator.role.Problem;
import org.natsoperator.role.RoleDoubts;
import org.springframework.stereotype.Component;

/**
 * Refuses roles that could not work, and warns of what they may not mean. The bean's name is the
 * path of its webhook.
 */
@Component(WebhookPaths.ROLES)
final class RoleReviewer implements Reviewer {

  private final KindRules<NatsServiceRole> rules;

  RoleReviewer(Scout scout) {
    rules =
        new KindRules<>(
            NatsServiceRole.class,
            NatsServiceRoleValidator::validate,
            (before, after) -> List.of(),
            (before, after) -> awaited(before, after, scout),
            RoleDoubts::about);
  }

  @Override
  public Answer review(Review review) {
    return ObjectReview.answer(review, rules);
  }

  /** What a role waits for that stays with its cluster, its status has long said. */
  private static List<Problem> awaited(
      Optional<NatsServiceRole> before, NatsServiceRole after, Scout scout) {
    boolean stays =
        before.map(ClusterReference::of).filter(ClusterReference.of(after)::equals).isPresent();
    return stays ? List.of() : scout.around(after).awaitedBy(after);
  }
}
