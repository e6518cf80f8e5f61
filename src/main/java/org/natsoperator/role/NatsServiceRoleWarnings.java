package org.natsoperator.role;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.natsoperator.access.SubjectPermission;
import org.natsoperator.access.SubjectSyntax;
import org.natsoperator.api.NatsServiceRole;
import org.natsoperator.api.Permissions;
import org.natsoperator.validation.FieldError;

/**
 * What is legal in a role but surely not meant. Each is a short sentence, so that it fits into a
 * warning of 120 characters.
 */
public final class NatsServiceRoleWarnings {

  private static final int LONGEST_QUOTE = 20;

  /** Each entry is compared with each other one: beyond this it would take too long. */
  private static final int MOST_COMPARED = 500;

  private static final SubjectPermission INBOX = SubjectPermission.of("_INBOX.>");

  private NatsServiceRoleWarnings() {}

  /** The doubts about a role without mistakes; entries that are mistakes are passed over. */
  public static List<FieldError> about(NatsServiceRole role) {
    List<FieldError> warnings = new ArrayList<>();
    if (role.getMetadata().getName().equals("default")) {
      warnings.add(
          new FieldError(
              "metadata.name", "every pod without a serviceAccountName gets these rights"));
    }
    Permissions permissions = role.getSpec().permissions();
    addAll(warnings, NatsServiceRoleValidator.PUBLISH, permissions.publish());
    addAll(warnings, NatsServiceRoleValidator.SUBSCRIBE, permissions.subscribe());
    if (permissions.publish().isEmpty() && permissions.subscribe().isEmpty()) {
      warnings.add(new FieldError("spec.permissions", "grants nothing: clients may just connect"));
    }
    if (asksJetStream(permissions) && !canReceiveReplies(permissions)) {
      warnings.add(
          new FieldError(
              NatsServiceRoleValidator.SUBSCRIBE,
              "JetStream's answers need an inbox; add \"_INBOX.>\""));
    }
    return warnings;
  }

  private static void addAll(List<FieldError> warnings, String field, List<String> texts) {
    List<SubjectPermission> wide = wide(texts);
    for (int i = 0; i < texts.size(); i++) {
      String path = field + "[" + i + "]";
      String text = texts.get(i);
      readable(text)
          .flatMap(entry -> warning(text, entry, wide))
          .ifPresent(warning -> warnings.add(new FieldError(path, warning)));
    }
  }

  /** The entries that may cover others. */
  private static List<SubjectPermission> wide(List<String> texts) {
    return texts.size() > MOST_COMPARED
        ? List.of()
        : texts.stream()
            .map(NatsServiceRoleWarnings::readable)
            .flatMap(Optional::stream)
            .filter(SubjectPermission::hasWildcard)
            .toList();
  }

  private static Optional<SubjectPermission> readable(String text) {
    return SubjectSyntax.mistakeInSubscribe(text).isEmpty()
        ? Optional.of(SubjectPermission.of(text))
        : Optional.empty();
  }

  /** The gravest doubt; one is enough to make a user look. */
  private static Optional<String> warning(
      String text, SubjectPermission entry, List<SubjectPermission> wide) {
    return literalWildcard(entry)
        .or(() -> invisible(entry))
        .or(() -> whitespace(text, entry))
        .or(() -> everything(entry))
        .or(() -> system(entry))
        .or(() -> covered(entry, wide));
  }

  private static Optional<String> literalWildcard(SubjectPermission entry) {
    return entry
        .tokens()
        .filter(token -> token.length() > 1)
        .filter(token -> token.contains("*") || token.contains(">"))
        .findFirst()
        .map(
            token -> quoted(token) + " is no wildcard: only a \"*\" or \">\" that stands alone is");
  }

  private static Optional<String> invisible(SubjectPermission entry) {
    return entry.subject().codePoints().allMatch(SubjectSyntax::isVisible)
        ? Optional.empty()
        : Optional.of(quoted(entry.subject()) + " holds a character that nobody sees");
  }

  private static Optional<String> whitespace(String text, SubjectPermission entry) {
    return entry.toString().equals(text)
        ? Optional.empty()
        : Optional.of("is read as " + quoted(entry.toString()) + "; write it with one space");
  }

  private static Optional<String> everything(SubjectPermission entry) {
    return entry.subject().equals(">")
        ? Optional.of("\">\" is every subject, those of JetStream and of replies too")
        : Optional.empty();
  }

  private static Optional<String> system(SubjectPermission entry) {
    return entry.subject().startsWith("$SYS.")
        ? Optional.of(quoted(entry.subject()) + " grants little: clients are not in account $SYS")
        : Optional.empty();
  }

  private static Optional<String> covered(SubjectPermission entry, List<SubjectPermission> wide) {
    return wide.stream()
        .filter(other -> !other.equals(entry))
        .filter(entry::isCoveredBy)
        .findFirst()
        .map(
            other ->
                quoted(entry.toString())
                    + " is covered by "
                    + quoted(other.toString())
                    + "; remove it");
  }

  private static boolean asksJetStream(Permissions permissions) {
    SubjectPermission requests = SubjectPermission.of("$JS.API.>");
    return permissions.publish().stream()
        .map(NatsServiceRoleWarnings::readable)
        .flatMap(Optional::stream)
        .filter(entry -> entry.subject().startsWith("$JS."))
        .anyMatch(entry -> entry.isCoveredBy(requests) || requests.isCoveredBy(entry));
  }

  /** Clients may choose another prefix for their inboxes; users who do call it much the same. */
  private static boolean canReceiveReplies(Permissions permissions) {
    return permissions.subscribe().stream()
        .map(NatsServiceRoleWarnings::readable)
        .flatMap(Optional::stream)
        .anyMatch(entry -> entry.subject().startsWith("_INBOX") || INBOX.isCoveredBy(entry));
  }

  private static String quoted(String text) {
    return SubjectSyntax.quoted(text, LONGEST_QUOTE);
  }
}
