package org.natsoperator.access;

import java.util.List;
import java.util.Optional;

/**
 * Validates subjects by the grammar of nats-server, which rejects the whole configuration for one
 * invalid subject. Where versions differ, the strictest rule applies.
 *
 * <p>Non-ASCII spaces are invalid too, although servers accept them in the file. At a login a
 * server takes such a space for the end of the subject: {@code foo<U+00A0>} would grant {@code
 * foo}. A subject of only such spaces makes 2.10 hang.
 */
public final class SubjectSyntax {

  private static final int LONGEST_QUOTE = 60;
  private static final int NEXT_LINE = 0x85;

  private SubjectSyntax() {}

  /** The error in a subject to publish to; empty if it is valid. */
  public static Optional<String> mistakeInPublish(String subject) {
    if (subject != null && namesQueue(subject) && subject.codePoints().noneMatch(c -> c < ' ')) {
      return Optional.of(
          "a queue group is valid only under subscribe; remove "
              + quoted(SubjectPermission.words(subject).get(1)));
    }
    return mistakeIn(subject);
  }

  /** The error in {@code subject} or {@code subject queue}; empty if it is valid. */
  public static Optional<String> mistakeInSubscribe(String entry) {
    List<String> words = entry == null ? List.of() : SubjectPermission.words(entry);
    return switch (words.size()) {
      case 0, 1 -> mistakeIn(entry);
      case 2 ->
          mistakeIn(words.get(0))
              .or(() -> mistakeIn(words.get(1)).map(what -> "in the queue group: " + what));
      default ->
          Optional.of(
              quoted(entry) + " has more than a subject and one queue group; split or correct it");
    };
  }

  /** Whether the entry has the form {@code subject queue}. */
  static boolean namesQueue(String entry) {
    return SubjectPermission.words(entry).size() == 2;
  }

  /** Quotes a user's text for a message: shortened, and with invisible characters replaced. */
  public static String quoted(String text) {
    return quoted(text, LONGEST_QUOTE);
  }

  /** The text in quotes for a message, cut after a number of characters. */
  public static String quoted(String text, int longest) {
    String shown =
        text.codePoints()
            .map(c -> isVisible(c) ? c : '?')
            .limit(longest)
            .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
            .toString();
    return "\"" + shown + (text.codePointCount(0, text.length()) > longest ? "…" : "") + "\"";
  }

  /** Whether the character is visible. */
  public static boolean isVisible(int c) {
    return c == ' '
        || !Character.isISOControl(c)
            && !Character.isSpaceChar(c)
            && Character.getType(c) != Character.FORMAT;
  }

  private static Optional<String> mistakeIn(String subject) {
    if (subject == null || subject.isEmpty()) {
      return Optional.of("a subject must not be empty; remove the entry or set a subject");
    }
    if (subject.codePoints().anyMatch(SubjectSyntax::partsWords)) {
      return Optional.of(quoted(subject) + " contains a space or control character; remove it");
    }
    return mistakeInTokens(subject);
  }

  /** Copies no token: anyone can send a subject of some MB. */
  private static Optional<String> mistakeInTokens(String subject) {
    int start = 0;
    int dot;
    do {
      dot = subject.indexOf('.', start);
      int end = dot < 0 ? subject.length() : dot;
      if (end == start) {
        return Optional.of(quoted(subject) + " has an empty token; remove the extra dot");
      }
      if (dot >= 0 && end == start + 1 && subject.charAt(start) == '>') {
        return Optional.of(quoted(subject) + " has \">\" before its last token; use \"*\" there");
      }
      start = dot + 1;
    } while (dot >= 0);
    return Optional.empty();
  }

  /** nats.conf cannot contain control characters, and Go treats the others as spaces. */
  private static boolean partsWords(int c) {
    return c <= ' ' || c == NEXT_LINE || Character.isSpaceChar(c);
  }
}
