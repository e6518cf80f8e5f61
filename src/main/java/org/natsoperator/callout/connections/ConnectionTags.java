package org.natsoperator.callout.connections;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.natsoperator.access.Identity;

/**
 * What a login depended on, as tags of its connection. {@code /connz} and the events of the system
 * account contain them, so that every replica can revoke the login of any other.
 *
 * @param accountUid UID of the ServiceAccount
 * @param boundUid UID of the pod or the Secret to which the token is bound; empty for a token that
 *     is bound to neither
 * @param pod name of the pod to which the token is bound, if it is bound to one
 * @param generation generation of the role
 * @param clusterGeneration generation of the cluster, which admits namespaces
 * @param versions identify what can be replaced without a new UID or generation
 * @param renewal time at which the operator closes the connection, so that the client logs in with
 *     its next token
 */
public record ConnectionTags(
    Identity identity,
    String accountUid,
    Optional<String> boundUid,
    Optional<String> pod,
    String roleUid,
    long generation,
    long clusterGeneration,
    List<String> versions,
    Instant renewal) {

  private static final String NAMESPACE = "namespace";
  private static final String ACCOUNT = "account";
  private static final String ACCOUNT_UID = "account-uid";
  private static final String BOUND_UID = "bound-uid";
  private static final String POD = "pod";
  private static final String ROLE = "role";
  private static final String CLUSTER = "cluster";
  private static final String VERSIONS = "versions";
  private static final String RENEWAL = "renewal";

  private static final String SEPARATOR = ",";

  /** A tag has less than 300 characters: the longest name has 253. */
  private static final int MAX_LENGTH = 300;

  private static final int MAX_TAGS = 10;

  /** All tags of the longest names have some 850 characters. */
  private static final int MAX_TOTAL_LENGTH = 1_000;

  private static final int MAX_VERSIONS = 4;

  /** The tags in the order in which {@code /connz} shows them. */
  public List<String> toList() {
    List<String> tags = new ArrayList<>();
    tags.add(NAMESPACE + ":" + identity.namespace());
    tags.add(ACCOUNT + ":" + identity.serviceAccount());
    tags.add(ROLE + ":" + roleUid + ":" + generation);
    tags.add(CLUSTER + ":" + clusterGeneration);
    tags.add(ACCOUNT_UID + ":" + accountUid);
    boundUid.ifPresent(uid -> tags.add(BOUND_UID + ":" + uid));
    pod.ifPresent(name -> tags.add(POD + ":" + name));
    tags.add(VERSIONS + ":" + String.join(SEPARATOR, versions));
    tags.add(RENEWAL + ":" + renewal.getEpochSecond());
    return List.copyOf(tags);
  }

  /** Reads the tags of a connection; empty if they are not those of the operator. */
  public static Optional<ConnectionTags> of(List<String> tags) {
    if (tags.size() > MAX_TAGS
        || tags.stream().anyMatch(tag -> tag.length() > MAX_LENGTH)
        || tags.stream().mapToInt(String::length).sum() > MAX_TOTAL_LENGTH) {
      return Optional.empty();
    }
    Map<String, String> values = new HashMap<>();
    tags.stream()
        .filter(tag -> tag.indexOf(':') > 0)
        .forEach(
            tag ->
                values.putIfAbsent(
                    tag.substring(0, tag.indexOf(':')), tag.substring(tag.indexOf(':') + 1)));
    try {
      return values.containsKey(ROLE) ? Optional.of(of(values)) : Optional.empty();
    } catch (NumberFormatException | DateTimeException | IndexOutOfBoundsException e) {
      return Optional.empty();
    }
  }

  private static ConnectionTags of(Map<String, String> values) {
    String role = values.get(ROLE);
    int colon = role.lastIndexOf(':');
    return new ConnectionTags(
        new Identity(values.getOrDefault(NAMESPACE, ""), values.getOrDefault(ACCOUNT, "")),
        values.getOrDefault(ACCOUNT_UID, ""),
        Optional.ofNullable(values.get(BOUND_UID)),
        Optional.ofNullable(values.get(POD)),
        role.substring(0, colon),
        Long.parseLong(role.substring(colon + 1)),
        Long.parseLong(values.getOrDefault(CLUSTER, "")),
        List.of(values.getOrDefault(VERSIONS, "").split(SEPARATOR, MAX_VERSIONS)),
        Instant.ofEpochSecond(Long.parseLong(values.getOrDefault(RENEWAL, ""))));
  }

  /**
   * Whether the login depended on one of the objects with these UIDs, or on one of the versions.
   */
  public boolean dependsOnAny(Set<String> uids) {
    return uids.contains(accountUid)
        || versions.stream().anyMatch(uids::contains)
        || uids.contains(roleUid)
        || boundUid.filter(uids::contains).isPresent();
  }
}
