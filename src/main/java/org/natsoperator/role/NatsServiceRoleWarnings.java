package org.natsoperator.role;

import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.natsoperator.access.Identity;
import org.natsoperator.access.PrivateInbox;
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

  private NatsServiceRoleWarnings() {}

  /** Returns the warnings about a role without errors; skips invalid entries. */
  public static List<FieldError> about(NatsServiceRole role) {
    FieldErrors warnings = new FieldErrors();
    warnings.addIf(
        role.getMetadata().getName().equals("default"),
        "metadata.name",
        "every pod without a serviceAccountName gets these permissions; use another"
            + " ServiceAccount");
    Permissions permissions = role.getSpec().permissions();
    SubjectPermission ownInbox = SubjectPermission.of(PrivateInbox.subjects(Identity.of(role)));
    addAll(
        warnings,
        NatsServiceRoleValidator.PUBLISH,
        permissions.publish(),
        entry -> Optional.empty());
    addAll(
        warnings,
        NatsServiceRoleValidator.SUBSCRIBE,
        permissions.subscribe(),
        entry -> repliesOfOthers(entry, ownInbox));
    warnings.addIf(
        permissions.publish().isEmpty() && permissions.subscribe().isEmpty(),
        "spec.permissions",
        "grants nothing, so clients can only connect; list subjects");
    return warnings.list();
  }

  private static void addAll(
      FieldErrors warnings,
      String field,
      List<String> texts,
      Function<SubjectPermission, Optional<String>> check) {
    List<SubjectPermission> wide =
        texts.size() > MOST_COMPARED
            ? List.of()
            : readable(texts).filter(SubjectPermission::hasWildcard).toList();
    for (int i = 0; i < texts.size() && !warnings.isFull(); i++) {
      String path = field + "[" + i + "]";
      String text = texts.get(i);
      readable(Collections.singletonList(text))
          .flatMap(
              entry ->
                  warning(text, entry)
                      .or(() -> check.apply(entry))
                      .or(() -> covered(entry, wide))
                      .stream())
          .forEach(warning -> warnings.add(path, warning));
    }
  }

  private static Stream<SubjectPermission> readable(List<String> texts) {
    return texts.stream()
        .filter(text -> SubjectSyntax.mistakeInSubscribe(text).isEmpty())
        .map(SubjectPermission::of);
  }

  /** The most serious warning; one is enough to make a user look. */
  private static Optional<String> warning(String text, SubjectPermission entry) {
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
          "\">\" matches every subject, also of JetStream and replies; list only necessary"
              + " subjects");
    }
    return subject.startsWith("$SYS.")
        ? Optional.of(
            quoted(subject) + " has little effect: clients are not in account $SYS; remove it")
        : Optional.empty();
  }

  private static Optional<String> covered(SubjectPermission entry, List<SubjectPermission> wide) {
    return wide.stream()
        .filter(other -> !other.equals(entry))
        .filter(entry::isCoveredBy)
        .map(other -> quoted(entry) + " is covered by " + quoted(other) + "; remove it")
        .findFirst();
  }

  /** The queue group does not count: the server would deliver some of the replies. */
  private static Optional<String> repliesOfOthers(
      SubjectPermission entry, SubjectPermission ownInbox) {
    boolean own = new SubjectPermission(entry.subject(), Optional.empty()).isCoveredBy(ownInbox);
    if (entry.overlaps(PrivateInbox.ALL) && !own) {
      return Optional.of(
          quoted(entry) + " lets clients read replies to others; narrow or remove it");
    }
    return entry.overlaps(INBOX)
        ? Optional.of(
            quoted(entry) + " lets clients read each other's replies; use NATS_INBOX_PREFIX")
        : Optional.empty();
  }

  private static String quoted(Object text) {
    return SubjectSyntax.quoted(text.toString(), LONGEST_QUOTE);
  }
}
