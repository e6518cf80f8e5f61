package org.natsoperator.access;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A valid entry of a list of subjects, as nats-server reads it.
 *
 * @param queue the queue group that it is limited to
 */
public record SubjectPermission(String subject, Optional<String> queue) {

  /** More than any valid entry has. */
  private static final int MOST_WORDS = 3;

  private static final Pattern WHITESPACE = Pattern.compile("[ \t\r\n]+");

  /** Splits an entry of a role into subject and queue. */
  public static SubjectPermission of(String text) {
    List<String> words = words(text);
    return words.size() < 2
        ? new SubjectPermission(text, Optional.empty())
        : new SubjectPermission(words.get(0), Optional.of(words.get(1)));
  }

  /**
   * The first three fields separated by whitespace; nats-server reads any amount of it as one
   * space. Anyone can send a text of some MB.
   */
  static List<String> words(String text) {
    return mayHaveWhitespace(text)
        ? WHITESPACE.splitAsStream(text).filter(word -> !word.isEmpty()).limit(MOST_WORDS).toList()
        : List.of(text);
  }

  /** Saves half of the work for most entries; each login of a large role reads thousands. */
  private static boolean mayHaveWhitespace(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) <= ' ') {
        return true;
      }
    }
    return text.isEmpty();
  }

  /** Whether the other entry allows everything that this entry allows. */
  public boolean isCoveredBy(SubjectPermission other) {
    return queue.equals(other.queue) && covers(tokens(other.subject), tokens(subject));
  }

  /** Whether a subject exists that both entries contain. Queue groups do not count. */
  public boolean overlaps(SubjectPermission other) {
    String[] one = tokens(subject);
    String[] two = tokens(other.subject);
    for (int i = 0; i < Math.min(one.length, two.length); i++) {
      if (one[i].equals(">") || two[i].equals(">")) {
        return true;
      }
      if (!one[i].equals("*") && !two[i].equals("*") && !one[i].equals(two[i])) {
        return false;
      }
    }
    return one.length == two.length;
  }

  /** The subject's tokens, separated by dots. */
  public Stream<String> tokens() {
    return Stream.of(tokens(subject));
  }

  /** Whether a token of the subject is a wildcard. */
  public boolean hasWildcard() {
    return tokens().anyMatch(token -> token.equals("*") || token.equals(">"));
  }

  /** The entry with one space between subject and queue group. */
  @Override
  public String toString() {
    return queue.map(name -> subject + " " + name).orElse(subject);
  }

  private static String[] tokens(String subject) {
    return subject.split("\\.", -1);
  }

  private static boolean covers(String[] wide, String[] narrow) {
    for (int i = 0; i < wide.length; i++) {
      if (i >= narrow.length) {
        return false;
      }
      if (wide[i].equals(">")) {
        return true;
      }
      boolean matches = wide[i].equals("*") ? !narrow[i].equals(">") : wide[i].equals(narrow[i]);
      if (!matches) {
        return false;
      }
    }
    return wide.length == narrow.length;
  }
}
