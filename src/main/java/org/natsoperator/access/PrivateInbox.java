package org.natsoperator.access;

import java.util.List;
import java.util.stream.Stream;

/**
 * The private inbox of an identity: subjects on which only its clients receive replies. Every role
 * may subscribe to it. The default inbox of client libraries, {@code _INBOX}, is one for all
 * clients.
 *
 * <p>No two identities share an inbox. Names of namespaces and ServiceAccounts contain no
 * underscore, and names of namespaces contain no dot, so the prefix determines both names. Every
 * prefix has three tokens without a wildcard, so none covers another.
 */
public final class PrivateInbox {

  /** The private inboxes of all identities. */
  public static final SubjectPermission ALL = SubjectPermission.of("_INBOX_.*.*.>");

  private static final String EVERYTHING = ">";

  private PrivateInbox() {}

  /** The prefix of the inboxes of an identity's clients, as client libraries expect it. */
  public static String prefix(Identity identity) {
    return "_INBOX_." + identity.namespace() + "." + identity.serviceAccount().replace('.', '_');
  }

  /** All subjects of an identity's inboxes. */
  public static String subjects(Identity identity) {
    return prefix(identity) + ".>";
  }

  /** The subjects that a role lists under subscribe, and the inbox if they lack it. */
  static List<String> addedTo(List<String> subscribe, Identity identity) {
    String inbox = subjects(identity);
    return subscribe.contains(EVERYTHING) || subscribe.contains(inbox)
        ? subscribe
        : Stream.concat(subscribe.stream(), Stream.of(inbox)).toList();
  }
}
