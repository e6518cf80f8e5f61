package org.natsoperator.docs;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The kinds of code blocks in README.md and docs/, by the test that checks them. */
public enum Recipe {
  /** {@code SamplesIT} applies it. */
  MANIFEST(block -> block.language().equals("yaml") && has(block, "^kind: |^volumes:")),

  /** {@code HelmCommandsIT} renders the chart with it. */
  VALUES(block -> block.language().equals("yaml") && Recipe.isValues(block.text())),

  /** {@code AlertRulesTest} compares it with the file that {@code PrometheusIT} evaluates. */
  ALERTS(block -> block.language().equals("yaml") && has(block, "^groups:")),

  /**
   * {@code KubectlCommandsIT}, {@code HelmCommandsIT} and {@code DocumentedCommandsTest} check it.
   */
  COMMANDS(
      block ->
          block.language().isEmpty() && has(block, "\\A(\\$ )?(kubectl|helm|make|install|--set) ")),

  /** {@code CodeBlocksTest} compares it with a program that tests run. */
  PROGRAM(block -> Set.of("go", "java", "javascript", "python").contains(block.language()));

  /** The page and the beginning of blocks that these tests do not check, with the reason. */
  static final Map<String, String> UNCHECKED =
      Map.of(
          "README.md  NatsCluster ──┐", "a diagram",
          "docs/gitops.md data:", "GitOpsPageTest checks the reasons in this Lua script",
          "docs/gitops.md apiVersion: kustomize.toolkit.fluxcd.io/v1", "needs the CRDs of Flux",
          "docs/metrics-and-alerts.md 2026-11-27T08:49:53.213Z  WARN", "a line of the log",
          "docs/sizes.md heap  = 72 MiB", "a formula");

  private final Predicate<CodeBlock> matches;

  Recipe(Predicate<CodeBlock> matches) {
    this.matches = matches;
  }

  /** The blocks of this kind. */
  public List<CodeBlock> blocks() {
    return all().filter(block -> of(block).equals(List.of(this))).toList();
  }

  /** The blocks of all pages. */
  static Stream<CodeBlock> all() {
    return pages().stream().flatMap(page -> CodeBlock.of(page).stream());
  }

  /** The kinds that a block has; one, or none if it is listed as unchecked. */
  static List<Recipe> of(CodeBlock block) {
    return unchecked(block).findAny().isPresent()
        ? List.of()
        : Arrays.stream(values()).filter(recipe -> recipe.matches.test(block)).toList();
  }

  /** The entries of {@link #UNCHECKED} for a block. */
  static Stream<String> unchecked(CodeBlock block) {
    return UNCHECKED.keySet().stream()
        .filter(entry -> (block.page() + " " + block.text()).startsWith(entry));
  }

  /** README.md and the pages of docs/. */
  static List<Path> pages() {
    try (Stream<Path> files = Files.list(Path.of("docs"))) {
      return Stream.concat(Stream.of(Path.of("README.md")), files)
          .filter(file -> file.toString().endsWith(".md"))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean has(CodeBlock block, String pattern) {
    return Pattern.compile(pattern, Pattern.MULTILINE).matcher(block.text()).find();
  }

  private static boolean isValues(String text) {
    try {
      JsonNode values =
          Serialization.yamlMapper().readTree(new File("charts/nats-operator/values.yaml"));
      return Serialization.yamlMapper()
          .readTree(text)
          .propertyStream()
          .allMatch(property -> values.has(property.getKey()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
