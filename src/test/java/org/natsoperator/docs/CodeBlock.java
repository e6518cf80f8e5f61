package org.natsoperator.docs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A fenced or indented code block of a Markdown page.
 *
 * @param line the number of its first line
 * @param language after the fence; empty for an indented block
 * @param text without the fence and the indentation
 */
public record CodeBlock(Path page, int line, String language, String text) {

  private static final Pattern FENCE = Pattern.compile("^ *```(\\w*)$");
  private static final Pattern INDENTED = Pattern.compile("^ {4,}\\S.*");

  /** All blocks of a page. */
  static List<CodeBlock> of(Path page) {
    List<String> lines = lines(page);
    List<CodeBlock> blocks = new ArrayList<>();
    int i = 0;
    while (i < lines.size()) {
      int first = i;
      Matcher fence = FENCE.matcher(lines.get(i));
      if (fence.matches()) {
        i = endOfFence(lines, i + 1);
        String text = String.join("\n", lines.subList(first + 1, i)) + "\n";
        blocks.add(new CodeBlock(page, first + 2, fence.group(1), text));
      } else if (isIndented(lines, i) && lines.get(i - 1).isBlank()) {
        i = endOfIndentation(lines, i) - 1;
        String text = String.join("\n", lines.subList(first, i + 1)).stripIndent();
        blocks.add(new CodeBlock(page, first + 1, "", text + "\n"));
      }
      i++;
    }
    return blocks;
  }

  /** The text of a page without its blocks. */
  static String prose(Path page) {
    List<String> lines = new ArrayList<>(lines(page));
    for (CodeBlock block : of(page)) {
      long size = block.text().lines().count();
      lines.subList(block.line() - 1, (int) (block.line() - 1 + size)).replaceAll(line -> "");
    }
    return String.join("\n", lines);
  }

  @Override
  public String toString() {
    return page + ":" + line;
  }

  private static int endOfFence(List<String> lines, int from) {
    int end = from;
    while (!FENCE.matcher(lines.get(end)).matches()) {
      end++;
    }
    return end;
  }

  /** Blank lines belong to a block if an indented line follows. */
  private static int endOfIndentation(List<String> lines, int from) {
    int end = from;
    for (int i = from; i < lines.size() && (isIndented(lines, i) || lines.get(i).isBlank()); i++) {
      if (isIndented(lines, i)) {
        end = i + 1;
      }
    }
    return end;
  }

  private static boolean isIndented(List<String> lines, int i) {
    return INDENTED.matcher(lines.get(i)).matches();
  }

  private static List<String> lines(Path page) {
    try {
      return Files.readAllLines(page);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
