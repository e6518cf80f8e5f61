package org.natsoperator.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A test checks each code block of README.md and docs/, or a list says why not. */
class CodeBlocksTest {

  private static final Path PROGRAMS = Path.of("src/test/clients");

  @Test
  void everyBlockHasOneKindOrReason() {
    assertThat(Recipe.all())
        .hasSizeGreaterThan(40)
        .allSatisfy(
            block -> {
              boolean checked = Recipe.of(block).size() == 1;
              assertThat(checked || Recipe.unchecked(block).count() == 1)
                  .as(
                      "%s is %s; add a check or a reason:\n%s",
                      block, Recipe.of(block), block.text())
                  .isTrue();
            });
  }

  @Test
  void everyReasonIsForOneBlock() {
    assertThat(Recipe.all().flatMap(Recipe::unchecked))
        .containsExactlyInAnyOrderElementsOf(Recipe.UNCHECKED.keySet());
  }

  @ParameterizedTest
  @EnumSource
  void pagesHaveBlocksOfEachKind(Recipe recipe) {
    assertThat(recipe.blocks()).isNotEmpty();
  }

  /** ClientLibrariesIT runs the programs. */
  @Test
  void programsAreThoseOfTests() {
    assertThat(Recipe.PROGRAM.blocks())
        .allSatisfy(
            block -> {
              String program = withoutIndentation(program(block.language()));
              for (String part : block.text().split("\n\n")) {
                assertThat(program).as(block.toString()).contains(withoutIndentation(part));
              }
            });
  }

  @Test
  void findsFencedAndIndentedBlocks(@TempDir Path folder) throws IOException {
    Path page = folder.resolve("page.md");
    Files.writeString(
        page,
        """
        Text
            that continues.

        ```yaml
        a:

            b: 1
        ```

            kubectl get \\
              pods

            helm list

        1. An item

               make test
        """);
    assertThat(CodeBlock.of(page))
        .containsExactly(
            new CodeBlock(page, 5, "yaml", "a:\n\n    b: 1\n"),
            new CodeBlock(page, 10, "", "kubectl get \\\n  pods\n\nhelm list\n"),
            new CodeBlock(page, 17, "", "make test\n"));
    assertThat(CodeBlock.prose(page).strip().split("\\s*\n\\s*"))
        .containsExactly("Text", "that continues.", "```yaml", "```", "1. An item");
  }

  private static String program(String language) throws IOException {
    try (Stream<Path> files = Files.list(PROGRAMS.resolve(language))) {
      List<Path> programs =
          files.filter(file -> file.toString().matches(".*/[Mm]ain\\.\\w+")).toList();
      return Files.readString(programs.getFirst());
    }
  }

  private static String withoutIndentation(String code) {
    return code.strip().replaceAll("\\s*\n\\s*", "\n");
  }
}
