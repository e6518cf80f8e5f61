package org.natsoperator.docs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The files, make targets, chart values and links in the Markdown pages exist. */
class DocumentedCommandsTest {

  /** Inline code and indented lines. */
  private static final Pattern CODE = Pattern.compile("(?m)^ {4}(.*)$|`([^`\\n]+)`");

  private static final Pattern FILE =
      Pattern.compile("(?<![\\w/.:-])((?:example|charts|kubectl-plugin|end-to-end)/[\\w./-]*\\w)");

  private static final Pattern TARGET = Pattern.compile("(?m)(?:^|&& |; )make ([a-z-]+)");
  private static final Pattern VALUES = Pattern.compile("--set(?:-string)?[ =]'?([^\\s`]+)");
  private static final Pattern KEY =
      Pattern.compile("(?:^|,)([A-Za-z][\\w.]*)(?:\\[\\d+])?[\\w.]*=");
  private static final Pattern REASON =
      Pattern.compile("--(?:field-selector reason|for=condition)=(\\w+)");

  private static final Pattern LINK = Pattern.compile("]\\(([^)\\s#:]*)(?:#([^)\\s]+))?\\)");
  private static final Pattern FENCE = Pattern.compile("(?ms)^ *```.*?^ *```$");

  static Stream<Path> pages() throws IOException {
    try (Stream<Path> files = Files.walk(Path.of(""))) {
      return files
          .filter(file -> file.toString().endsWith(".md"))
          .filter(file -> !file.startsWith("target") && !file.startsWith(".git"))
          .toList()
          .stream();
    }
  }

  @ParameterizedTest
  @MethodSource("pages")
  void filesOfCommandsExist(Path page) {
    assertThat(all(FILE, text(page)))
        .allSatisfy(
            file -> {
              Path inFolder = page.resolveSibling(file);
              assertThat(Files.exists(Path.of(file)) || Files.exists(inFolder)).as(file).isTrue();
            });
  }

  @ParameterizedTest
  @MethodSource("pages")
  void targetsOfMakeExist(Path page) {
    Set<String> targets =
        Set.copyOf(all(Pattern.compile("(?m)^([a-z-]+):"), text(Path.of("Makefile"))));
    assertThat(targets).contains("demo", "image-files");
    assertThat(all(TARGET, code(page))).isSubsetOf(targets);
  }

  @ParameterizedTest
  @MethodSource("pages")
  void chartValuesExist(Path page) throws IOException {
    JsonNode values =
        Serialization.yamlMapper().readTree(new File("charts/nats-operator/values.yaml"));
    String code = code(page).replaceAll("\\\\\n\\s*", "");
    assertThat(all(VALUES, code).stream().flatMap(text -> all(KEY, text).stream()))
        .allSatisfy(key -> assertThat(exists(values, key)).as(key).isTrue());
  }

  @Test
  void reasonsAndConditionsExist() throws IOException {
    try (Stream<Path> sources = Files.walk(Path.of("src/main/java"))) {
      String code =
          sources
              .filter(file -> file.toString().endsWith(".java"))
              .map(DocumentedCommandsTest::text)
              .collect(Collectors.joining());
      assertThat(pages().flatMap(page -> all(REASON, code(page)).stream()))
          .contains("PodsWaitForToken", "Ready")
          .allSatisfy(reason -> assertThat(code.contains("\"%s\"".formatted(reason))).isTrue());
    }
  }

  @ParameterizedTest
  @MethodSource("pages")
  void linksLeadToPagesAndHeadings(Path page) {
    String text = FENCE.matcher(text(page)).replaceAll("").replaceAll("`[^`\n]*`", "");
    assertThat(LINK.matcher(text).results())
        .allSatisfy(
            link -> {
              Path target =
                  link.group(1).isEmpty() ? page : page.resolveSibling(link.group(1)).normalize();
              assertThat(target).exists();
              if (link.group(2) != null) {
                assertThat(headings(target)).as(link.group()).contains(link.group(2));
              }
            });
  }

  @Test
  void findsCommandsOfReadme() {
    Path readme = Path.of("README.md");
    assertThat(all(FILE, text(readme)))
        .contains("example/01-service-accounts/walkthrough.yaml", "charts/nats-operator");
    assertThat(all(TARGET, code(readme))).contains("image-files", "demo");
    assertThat(all(KEY, "image.repository=REGISTRY/nats-operator,image.tag=TAG"))
        .containsExactly("image.repository", "image.tag");
  }

  /** A key below a map without defaults, such as labels, always exists. */
  private static boolean exists(JsonNode values, String key) {
    JsonNode value = values;
    for (String part : key.split("\\.")) {
      if (value.isObject() && value.isEmpty()) {
        return true;
      }
      value = value.path(part);
      if (value.isMissingNode()) {
        return false;
      }
    }
    return true;
  }

  private static List<String> headings(Path page) {
    return all(Pattern.compile("(?m)^#+ (.*)$"), FENCE.matcher(text(page)).replaceAll("")).stream()
        .map(heading -> heading.toLowerCase(Locale.ROOT))
        .map(heading -> heading.replaceAll("[^\\w\\- ]", "").replace(' ', '-'))
        .toList();
  }

  private static String code(Path page) {
    return CODE.matcher(text(page))
        .results()
        .flatMap(code -> Stream.of(code.group(1), code.group(2)))
        .filter(code -> code != null)
        .collect(Collectors.joining("\n"));
  }

  private static List<String> all(Pattern pattern, String text) {
    return pattern.matcher(text).results().map((MatchResult match) -> match.group(1)).toList();
  }

  private static String text(Path page) {
    try {
      return Files.readString(page);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
