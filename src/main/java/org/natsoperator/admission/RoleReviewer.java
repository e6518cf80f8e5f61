package org.natsoperator.admission;

import java.util.ArrayList;
import java.util.List;
import org.natsoperator.api.NatsServiceRole;
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
            role -> doubts(role, scout),
            (before, after) -> List.of());
  }

  @Override
  public Answer review(Review review) {
    return ObjectReview.answer(review, rules);
  }

  private static List<Problem> doubts(NatsServiceRole role, Scout scout) {
    List<Problem> doubts = new ArrayList<>(scout.around(role).awaitedBy(role));
    doubts.addAll(RoleDoubts.about(role));
    return doubts;
  }
}
