package org.natsoperator.role;

import java.util.Optional;

/**
 * The grammar of subjects, as nats-server judges them: one bad subject makes it refuse the whole
 * configuration. Where versions differ the strictest rule holds.
 */
final class Subjects {

  private Subjects() {}

  /** What is wrong with a subject that may be published to; empty if nothing is. */
  static Optional<String> mistakeInPublish(String subject) {
    if (subject != null && namesQueue(subject)) {
      return Optional.of(
          "a queue group belongs to subscribe only; remove \"" + queueOf(subject) + "\"");
    }
    return mistakeIn(subject);
  }

  /** What is wrong with {@code subject} or {@code subject queue}; empty if nothing is. */
  static Optional<String> mistakeInSubscribe(String entry) {
    if (entry == null || !namesQueue(entry)) {
      return mistakeIn(entry);
    }
    return mistakeIn(entry.substring(0, entry.indexOf(' ')))
        .or(() -> mistakeIn(queueOf(entry)).map(mistake -> "in the queue group: " + mistake));
  }

  /** Whether the entry has the form {@code subject queue}. */
  static boolean namesQueue(String entry) {
    int space = entry.indexOf(' ');
    return space > 0 && space < entry.length() - 1;
  }

  private static String queueOf(String entry) {
    return entry.substring(entry.indexOf(' ') + 1);
  }

  private static Optional<String> mistakeIn(String subject) {
    if (subject == null || subject.isEmpty()) {
      return Optional.of("a subject must not be empty; remove the entry or name a subject");
    }
    if (subject.chars().anyMatch(c -> c <= ' ')) {
      return Optional.of(
          "\"" + printable(subject) + "\" holds a space or control character; remove it");
    }
    String[] tokens = subject.split("\\.", -1);
    for (int i = 0; i < tokens.length; i++) {
      if (tokens[i].isEmpty()) {
        return Optional.of("\"" + subject + "\" has an empty token; remove the extra dot");
      }
      if (tokens[i].equals(">") && i < tokens.length - 1) {
        return Optional.of("\"" + subject + "\" has \">\" before its end; use \"*\" there");
      }
    }
    return Optional.empty();
  }

  private static String printable(String subject) {
    return subject.replaceAll("\\p{Cntrl}", "?");
  }
}
