package org.natsoperator.access;

import java.util.List;
import java.util.Optional;
import org.natsoperator.api.AllowResponses;
import org.natsoperator.api.Permissions;

/**
 * The effect of a role: one identity, its NATS user, and the permissions of that user.
 *
 * @param publish subjects; an empty list allows nothing
 * @param subscribe {@code subject} or {@code subject queue}; an empty list allows nothing
 * @param responses the permission to reply to requests, if there is one
 */
public record Grant(
    Identity identity,
    String user,
    List<String> publish,
    List<String> subscribe,
    Optional<AllowResponses> responses) {

  public Grant {
    publish = List.copyOf(publish);
    subscribe = List.copyOf(subscribe);
  }

  /** The grant of a role with these permissions. Every role may use its private inbox. */
  public static Grant of(Identity identity, String user, Permissions permissions) {
    return new Grant(
        identity,
        user,
        permissions.publish(),
        PrivateInbox.addedTo(permissions.subscribe(), identity),
        Optional.ofNullable(permissions.allowResponses()));
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
