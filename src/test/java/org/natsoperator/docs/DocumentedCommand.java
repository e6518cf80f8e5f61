package org.natsoperator.docs;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A command in README.md or docs/, split as a shell does.
 *
 * @param output the documented output; empty if the page shows none
 */
record DocumentedCommand(String place, List<String> words, String output) {

  private static final Pattern INLINE = Pattern.compile("`((?:kubectl|helm|make|--set) [^`\n]+)`");
  private static final Pattern WORD = Pattern.compile("(?:[^\\s'\"]|'[^']*'|\"[^\"]*\")+");
  private static final Pattern QUOTED = Pattern.compile("'([^']*)'|\"([^\"]*)\"");

  /** The commands in blocks, and those between backticks that begin with one of these programs. */
  static Stream<DocumentedCommand> all() {
    return Stream.concat(
        Recipe.COMMANDS.blocks().stream().flatMap(DocumentedCommand::of),
        Recipe.pages().stream().flatMap(DocumentedCommand::inline));
  }

  /** The commands of a program. */
  static List<DocumentedCommand> of(String program) {
    return all().filter(command -> command.program().equals(program)).toList();
  }

  String program() {
    return words.getFirst();
  }

  /** The value after a flag, or after the flag and {@code =}; empty if there is none. */
  List<String> values(String... flags) {
    List<String> values = new ArrayList<>();
    for (int i = 0; i < words.size(); i++) {
      String word = words.get(i);
      for (String flag : flags) {
        if (word.equals(flag) && i + 1 < words.size()) {
          values.add(words.get(i + 1));
        } else if (word.startsWith(flag + "=")) {
          values.add(word.substring(flag.length() + 1));
        }
      }
    }
    return values;
  }

  /** The names of all flags, without their values. */
  List<String> flags() {
    return words.stream()
        .filter(word -> word.startsWith("-"))
        .map(word -> word.replaceFirst("=.*", ""))
        .toList();
  }

  @Override
  public String toString() {
    return place + ": " + String.join(" ", words);
  }

  private static Stream<DocumentedCommand> of(CodeBlock block) {
    String text = block.text().replaceAll("\\\\\n\\s*", "");
    if (text.startsWith("$ ")) {
      String[] parts = text.substring(2).split("\n", 2);
      return Stream.of(new DocumentedCommand(block.toString(), words(parts[0]), parts[1]));
    }
    return text.lines()
        .map(line -> line.replaceFirst("\\s# .*", ""))
        .flatMap(line -> Stream.of(line.split(" && ")))
        .map(line -> new DocumentedCommand(block.toString(), words(line), ""));
  }

  private static Stream<DocumentedCommand> inline(Path page) {
    return INLINE
        .matcher(CodeBlock.prose(page))
        .results()
        .map((MatchResult match) -> match.group(1))
        .map(text -> new DocumentedCommand(page.toString(), words(text), ""));
  }

  private static List<String> words(String line) {
    return WORD.matcher(line.replaceFirst(" \\| .*", ""))
        .results()
        .map(word -> QUOTED.matcher(word.group()).replaceAll("$1$2"))
        .toList();
  }
}
