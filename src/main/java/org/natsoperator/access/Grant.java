package org.natsoperator.access;

import java.util.List;

/**
 * The effect of a role: one identity, its NATS user, and the permissions of that user.
 *
 * @param publish subjects; an empty list allows nothing
 * @param subscribe {@code subject} or {@code subject queue}; an empty list allows nothing
 */
public record Grant(Identity identity, String user, List<String> publish, List<String> subscribe) {

  public Grant {
    publish = List.copyOf(publish);
    subscribe = List.copyOf(subscribe);
  }

  /** Whether the identity is in the cluster's own namespace: the user then has its plain name. */
  public boolean isAtHome() {
    return user.equals(identity.serviceAccount());
  }

  /** Whether the grant requires servers that support queue permissions. */
  public boolean namesQueues() {
    return subscribe.stream().anyMatch(SubjectSyntax::namesQueue);
  }
}
