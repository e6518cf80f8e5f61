package org.natsoperator;

import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The allowed dependencies between packages. Package names omit {@code org.natsoperator}. */
class PackageDependenciesTest {

  private static final String ROOT = "org.natsoperator";
  private static final JavaClasses CLASSES = ArchitectureTest.read("target/classes");

  /** Each package with the packages that it may use. A package without a row may use none. */
  private static final Map<String, Set<String>> USES =
      Map.ofEntries(
          entry("", Set.of()),
          entry("decoding", Set.of()),
          entry("api", Set.of("decoding", "api.unsupported")),
          entry("api.crd", Set.of("api")),
          entry("settings", Set.of()),
          entry("config", Set.of("api")),
          entry("validation", Set.of("decoding", "api")),
          entry("nkey", Set.of()),
          entry("access", Set.of("api")),
          entry("token", Set.of("api", "settings", "access", "kubernetes", "leader")),
          entry(
              "lookup",
              Set.of("api", "settings", "config", "validation", "access", "token", "kubernetes")),
          entry("kubernetes", Set.of("api", "settings", "config", "validation")),
          entry("leader", Set.of("settings", "kubernetes")),
          entry("certificates", Set.of("settings", "kubernetes")),
          entry(
              "role",
              Set.of("api", "validation", "access", "token", "lookup", "kubernetes", "leader")),
          entry(
              "cluster",
              Set.of(
                  "api",
                  "settings",
                  "config",
                  "validation",
                  "access",
                  "token",
                  "lookup",
                  "kubernetes",
                  "leader",
                  "role",
                  "cluster.observed",
                  "cluster.plan",
                  "cluster.features",
                  "cluster.resources",
                  "cluster.server",
                  "cluster.keys")),
          entry(
              "cluster.observed",
              Set.of(
                  "api",
                  "config",
                  "role",
                  "token",
                  "cluster.features",
                  "cluster.resources",
                  "cluster.server")),
          entry(
              "cluster.plan",
              Set.of(
                  "api",
                  "settings",
                  "config",
                  "validation",
                  "access",
                  "token",
                  "kubernetes",
                  "role",
                  "cluster.observed",
                  "cluster.features",
                  "cluster.resources",
                  "cluster.validation",
                  "cluster.server")),
          entry("cluster.features", Set.of("api", "config", "validation")),
          entry("cluster.resources", Set.of("api", "settings", "config", "cluster.features")),
          entry(
              "cluster.validation",
              Set.of("api", "config", "validation", "access", "cluster.features")),
          entry("cluster.server", Set.of("api", "config", "kubernetes", "leader", "cluster.keys")),
          entry(
              "cluster.keys",
              Set.of(
                  "api",
                  "settings",
                  "config",
                  "kubernetes",
                  "leader",
                  "lookup",
                  "nkey",
                  "cluster.resources")),
          entry(
              "admission",
              Set.of(
                  "settings",
                  "access",
                  "lookup",
                  "admission.review",
                  "admission.validate",
                  "admission.inject")),
          entry("admission.review", Set.of("validation")),
          entry(
              "admission.server",
              Set.of(
                  "api",
                  "settings",
                  "validation",
                  "lookup",
                  "certificates",
                  "admission.review",
                  "admission.inject")),
          entry(
              "admission.validate",
              Set.of(
                  "decoding",
                  "api",
                  "validation",
                  "access",
                  "lookup",
                  "role",
                  "cluster.validation",
                  "admission.review")),
          entry(
              "admission.inject",
              Set.of(
                  "api", "config", "validation", "access", "token", "lookup", "admission.review")),
          entry(
              "admission.uninjected",
              Set.of(
                  "api",
                  "settings",
                  "lookup",
                  "kubernetes",
                  "leader",
                  "admission.review",
                  "admission.inject")),
          entry(
              "admission.waiting",
              Set.of(
                  "api",
                  "settings",
                  "access",
                  "token",
                  "lookup",
                  "kubernetes",
                  "leader",
                  "admission.review",
                  "admission.inject")),
          entry(
              "callout",
              Set.of(
                  "api",
                  "settings",
                  "config",
                  "access",
                  "nkey",
                  "token",
                  "lookup",
                  "kubernetes",
                  "role",
                  "cluster.keys",
                  "cluster.server",
                  "callout.connections",
                  "callout.protocol")),
          entry("callout.connections", Set.of("api", "access", "role")),
          entry("callout.protocol", Set.of("api", "access", "nkey")),
          entry("operator", Set.of("decoding", "api", "settings", "lookup", "leader")));

  /** Types of a sub-package that another feature may use. */
  private static final Set<String> SHARED =
      Set.of(
          "cluster.keys.CalloutKeyStore",
          "cluster.keys.CalloutSeeds",
          "cluster.server.CalloutReplicas",
          "cluster.server.SystemAccountClient",
          "cluster.validation.NatsClusterValidator",
          "cluster.validation.NatsClusterWarnings",
          "cluster.validation.NatsClusterUpdateWarnings");

  @ParameterizedTest(name = "{0} uses only its allowed packages")
  @MethodSource("packages")
  void usesOnlyAllowedPackages(String name) {
    Set<String> used =
        dependencies(type -> packageOf(type).equals(name))
            .map(dependency -> packageOf(dependency.getTargetClass()))
            .filter(other -> !other.equals(name))
            .collect(Collectors.toCollection(TreeSet::new));

    assertThat(USES.getOrDefault(name, Set.of())).containsAll(used);
  }

  static Set<String> packages() {
    Set<String> all = new TreeSet<>(USES.keySet());
    CLASSES.forEach(type -> all.add(packageOf(type)));
    return all;
  }

  @Test
  void subPackageIsUsedOnlyInItsFeature() {
    Set<String> foreign =
        dependencies(type -> true)
            .filter(dependency -> packageOf(dependency.getTargetClass()).contains("."))
            .filter(
                dependency ->
                    !feature(dependency.getOriginClass())
                        .equals(feature(dependency.getTargetClass())))
            .map(dependency -> nameOf(dependency.getTargetClass()))
            .collect(Collectors.toCollection(TreeSet::new));

    assertThat(foreign).isEqualTo(new TreeSet<>(SHARED));
  }

  @Test
  void packagesHaveNoCycle() {
    slices().matching(ROOT + ".(**)").should().beFreeOfCycles().check(CLASSES);
  }

  private static Stream<Dependency> dependencies(Predicate<JavaClass> of) {
    return CLASSES.stream()
        .filter(of)
        .flatMap(type -> type.getDirectDependenciesFromSelf().stream())
        .filter(dependency -> dependency.getTargetClass().getPackageName().startsWith(ROOT));
  }

  private static String packageOf(JavaClass type) {
    return type.getPackageName().substring(ROOT.length()).replaceFirst("^\\.", "");
  }

  private static String feature(JavaClass type) {
    return packageOf(type).replaceFirst("\\..*", "");
  }

  private static String nameOf(JavaClass type) {
    JavaClass outer = type.getEnclosingClass().orElse(type);
    return packageOf(outer) + "." + outer.getSimpleName();
  }
}
