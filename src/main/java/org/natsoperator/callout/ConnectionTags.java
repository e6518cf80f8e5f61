package org.natsoperator.callout;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.natsoperator.access.Identity;

/**
 * What a login depended on, as tags of its connection. {@code /connz} and the events of the system
 * account contain them, so that every replica can revoke the login of any other.
 *
 * @param accountUid UID of the ServiceAccount
 * @param podUid empty for a token that is not bound to a pod
 * @param generation generation of the role
 * @param renewal time at which the operator closes the connection, so that the client logs in with
 *     its next token
 */
record ConnectionTags(
    Identity identity,
    String accountUid,
    Optional<String> podUid,
    String roleUid,
    long generation,
    Instant renewal) {

  private static final String NAMESPACE = "namespace";
  private static final String ACCOUNT = "account";
  private static final String ACCOUNT_UID = "account-uid";
  private static final String POD_UID = "pod-uid";
  private static final String ROLE = "role";
  private static final String RENEWAL = "renewal";

  /** The tags in the order in which {@code /connz} shows them. */
  List<String> toList() {
    List<String> tags = new ArrayList<>();
    tags.add(NAMESPACE + ":" + identity.namespace());
    tags.add(ACCOUNT + ":" + identity.serviceAccount());
    tags.add(ROLE + ":" + roleUid + ":" + generation);
    tags.add(ACCOUNT_UID + ":" + accountUid);
    podUid.ifPresent(uid -> tags.add(POD_UID + ":" + uid));
    tags.add(RENEWAL + ":" + renewal.getEpochSecond());
    return List.copyOf(tags);
  }

  /** Reads the tags of a connection; empty if they are not those of the operator. */
  static Optional<ConnectionTags> of(List<String> tags) {
    Map<String, String> values =
        tags.stream()
            .filter(tag -> tag.indexOf(':') > 0)
            .collect(
                Collectors.toMap(
                    tag -> tag.substring(0, tag.indexOf(':')),
                    tag -> tag.substring(tag.indexOf(':') + 1),
                    (first, second) -> first));
    String role = values.getOrDefault(ROLE, "");
    int colon = role.lastIndexOf(':');
    try {
      return colon < 0
          ? Optional.empty()
          : Optional.of(
              new ConnectionTags(
                  new Identity(
                      values.getOrDefault(NAMESPACE, ""), values.getOrDefault(ACCOUNT, "")),
                  values.getOrDefault(ACCOUNT_UID, ""),
                  Optional.ofNullable(values.get(POD_UID)),
                  role.substring(0, colon),
                  Long.parseLong(role.substring(colon + 1)),
                  Instant.ofEpochSecond(Long.parseLong(values.getOrDefault(RENEWAL, "")))));
    } catch (NumberFormatException | DateTimeException e) {
      return Optional.empty();
    }
  }
}
