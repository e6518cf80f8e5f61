package org.natsoperator.access;

import java.util.List;

/**
 * The only meaning of a role: one identity, the NATS user it logs in as, and what that user may do.
 *
 * @param publish subjects; an empty list allows nothing
 * @param subscribe {@code subject} or {@code subject queue}; an empty list allows nothing
 */
public record Grant(Identity identity, String user, List<String> publish, List<String> subscribe) {

  public Grant {
    publish = List.copyOf(publish);
    subscribe = List.copyOf(subscribe);
  }

  /** Whether the identity is of the cluster's own namespace: only those have their plain name. */
  public boolean isAtHome() {
    return user.equals(identity.serviceAccount());
  }

  /** Whether only servers that know queue permissions can hold this grant. */
  public boolean namesQueues() {
    return subscribe.stream().anyMatch(SubjectSyntax::namesQueue);
  }
}
