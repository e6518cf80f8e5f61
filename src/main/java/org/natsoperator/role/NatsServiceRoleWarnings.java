package org.natsoperator.role;

import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.natsoperator.access.SubjectPermission;
import org.natsoperator.access.SubjectSyntax;
import org.natsoperator.api.NatsServiceRole;
import org.natsoperator.api.Permissions;
import org.natsoperator.validation.FieldError;
import org.natsoperator.validation.FieldErrors;

/**
 * Warns about valid parts of a role that a user may not intend. Each message is a short sentence
 * that fits into a warning of 120 characters.
 */
public final class NatsServiceRoleWarnings {

  private static final int LONGEST_QUOTE = 20;

  /** Maximum number of entries that are compared with each other; more would take too long. */
  private static final int MOST_COMPARED = 500;

  private static final SubjectPermission INBOX = SubjectPermission.of("_INBOX.>");
  private static final SubjectPermission JETSTREAM = SubjectPermission.of("$JS.API.>");

  private NatsServiceRoleWarnings() {}

  /** Returns the warnings about a role without errors; skips invalid entries. */
  public static List<FieldError> about(NatsServiceRole role) {
    FieldErrors warnings = new FieldErrors();
    warnings.addIf(
        role.getMetadata().getName().equals("default"),
        "metadata.name",
        "every pod without a serviceAccountName gets these permissions");
    Permissions permissions = role.getSpec().permissions();
    addAll(warnings, NatsServiceRoleValidator.PUBLISH, permissions.publish());
    addAll(warnings, NatsServiceRoleValidator.SUBSCRIBE, permissions.subscribe());
    warnings.addIf(
        permissions.publish().isEmpty() && permissions.subscribe().isEmpty(),
        "spec.permissions",
        "grants nothing: clients can only connect");
    warnings.addIf(
        asksJetStream(permissions) && !canReceiveReplies(permissions),
        NatsServiceRoleValidator.SUBSCRIBE,
        "JetStream replies require an inbox; add \"_INBOX.>\"");
    return warnings.list();
  }

  private static void addAll(FieldErrors warnings, String field, List<String> texts) {
    List<SubjectPermission> wide =
        texts.size() > MOST_COMPARED
            ? List.of()
            : readable(texts).filter(SubjectPermission::hasWildcard).toList();
    for (int i = 0; i < texts.size() && !warnings.isFull(); i++) {
      String path = field + "[" + i + "]";
      String text = texts.get(i);
      readable(Collections.singletonList(text))
          .flatMap(entry -> warning(text, entry, wide).stream())
          .forEach(warning -> warnings.add(path, warning));
    }
  }

  private static Stream<SubjectPermission> readable(List<String> texts) {
    return texts.stream()
        .filter(text -> SubjectSyntax.mistakeInSubscribe(text).isEmpty())
        .map(SubjectPermission::of);
  }

  /** The most serious warning; one is enough to make a user look. */
  private static Optional<String> warning(
      String text, SubjectPermission entry, List<SubjectPermission> wide) {
    String subject = entry.subject();
    Optional<String> literalWildcard =
        entry
            .tokens()
            .filter(token -> token.length() > 1)
            .filter(token -> token.contains("*") || token.contains(">"))
            .findFirst();
    if (literalWildcard.isPresent()) {
      return Optional.of(
          quoted(literalWildcard.get())
              + " is not a wildcard: \"*\" or \">\" must be a whole token");
    }
    if (!subject.codePoints().allMatch(SubjectSyntax::isVisible)) {
      return Optional.of(quoted(subject) + " contains an invisible character; remove it");
    }
    if (!entry.toString().equals(text)) {
      return Optional.of("is read as " + quoted(entry) + "; use one space");
    }
    if (subject.equals(">")) {
      return Optional.of(
          "\">\" matches every subject, including those of JetStream and of replies");
    }
    return subject.startsWith("$SYS.")
        ? Optional.of(quoted(subject) + " has little effect: clients are not in account $SYS")
        : covered(entry, wide);
  }

  private static Optional<String> covered(SubjectPermission entry, List<SubjectPermission> wide) {
    return wide.stream()
        .filter(other -> !other.equals(entry))
        .filter(entry::isCoveredBy)
        .map(other -> quoted(entry) + " is covered by " + quoted(other) + "; remove it")
        .findFirst();
  }

  private static boolean asksJetStream(Permissions permissions) {
    return readable(permissions.publish())
        .filter(entry -> entry.subject().startsWith("$JS."))
        .anyMatch(entry -> entry.isCoveredBy(JETSTREAM) || JETSTREAM.isCoveredBy(entry));
  }

  /** Clients may choose another prefix for their inboxes; users mostly give it a similar name. */
  private static boolean canReceiveReplies(Permissions permissions) {
    return readable(permissions.subscribe())
        .anyMatch(entry -> entry.subject().startsWith("_INBOX") || INBOX.isCoveredBy(entry));
  }

  private static String quoted(Object text) {
    return SubjectSyntax.quoted(text.toString(), LONGEST_QUOTE);
  }
}
