package org.natsoperator.testing;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.natsoperator.api.AllowResponses;
import org.natsoperator.api.NatsServiceRole;
import org.natsoperator.api.NatsServiceRoleSpec;
import org.natsoperator.api.Permissions;

/** A row of {@link GrantTable}: permissions as a role has them, and the expected results. */
public final class Grants {

  private final String sentence;
  private Permissions permissions;
  private List<String> mayPublish = List.of();
  private List<String> mayNotPublish = List.of();
  private List<String> maySubscribe = List.of();
  private List<String> mayNotSubscribe = List.of();
  private List<String> mayReplyTo = List.of();
  private List<String> mayNotReplyTo = List.of();
  private Map<String, List<String>> wronglyRefused = Map.of();
  private Map<String, String> omitted = Map.of();

  Grants(String sentence, Permissions permissions) {
    this.sentence = sentence;
    this.permissions = permissions;
  }

  Grants withResponses(AllowResponses responses) {
    permissions = new Permissions(permissions.publish(), permissions.subscribe(), responses);
    return this;
  }

  Grants mayPublish(String... subjects) {
    mayPublish = List.of(subjects);
    return this;
  }

  Grants mayNotPublish(String... subjects) {
    mayNotPublish = List.of(subjects);
    return this;
  }

  /** Each entry is {@code subject} or {@code subject queue}. */
  Grants maySubscribe(String... entries) {
    maySubscribe = List.of(entries);
    return this;
  }

  Grants mayNotSubscribe(String... entries) {
    mayNotSubscribe = List.of(entries);
    return this;
  }

  /** Subjects on which a requester may ask for a reply to a request for the first subscription. */
  Grants mayReplyTo(String... subjects) {
    mayReplyTo = List.of(subjects);
    return this;
  }

  Grants mayNotReplyTo(String... subjects) {
    mayNotReplyTo = List.of(subjects);
    return this;
  }

  /** A version of nats-server refuses subjects of {@code mayPublish} because of a bug. */
  Grants wronglyRefused(String version, String... subjects) {
    wronglyRefused = Map.of(version, List.of(subjects));
    return this;
  }

  /** The operator omits the role for a version of nats-server that does not support the grant. */
  Grants omittedIn(String reason, String version) {
    omitted = Map.of(version, reason);
    return this;
  }

  /** The role with these permissions. */
  public NatsServiceRole role() {
    NatsServiceRole role = Roles.role(account(), List.of(), List.of());
    role.setSpec(new NatsServiceRoleSpec(permissions, null));
    return role;
  }

  /** The sentence as a valid name of a ServiceAccount. */
  public String account() {
    return sentence.toLowerCase(Locale.ROOT).replaceAll("[^a-z]+", "-").replaceAll("^-|-$", "");
  }

  public List<String> mayPublish() {
    return mayPublish;
  }

  public List<String> mayNotPublish() {
    return mayNotPublish;
  }

  public List<String> maySubscribe() {
    return maySubscribe;
  }

  public List<String> mayNotSubscribe() {
    return mayNotSubscribe;
  }

  public List<String> mayReplyTo() {
    return mayReplyTo;
  }

  public List<String> mayNotReplyTo() {
    return mayNotReplyTo;
  }

  /** The first subject to which the client subscribes. */
  public String service() {
    return permissions.subscribe().getFirst();
  }

  public List<String> publish() {
    return permissions.publish();
  }

  public List<String> subscribe() {
    return permissions.subscribe();
  }

  /** The reason with which the operator omits the role, by version of nats-server. */
  public Map<String, String> omitted() {
    return omitted;
  }

  /**
   * Returns true if a server of this version rejects publishing to a granted subject because of a
   * bug.
   */
  public boolean isWronglyRefused(String version, String subject) {
    return wronglyRefused.getOrDefault(version, List.of()).contains(subject);
  }

  @Override
  public String toString() {
    return sentence;
  }
}
