package org.natsoperator;

import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
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
      rows(
          """
          api: decoding api.unsupported
          api.crd: api
          config: decoding api
          validation: decoding api
          access: api
          token: api settings access kubernetes leader
          lookup: api settings config validation access token kubernetes
          kubernetes: api settings config validation
          leader: settings kubernetes
          certificates: settings kubernetes
          role: api validation access token lookup kubernetes leader
          cluster: api settings config validation access token lookup kubernetes leader role \
             cluster.observed cluster.plan cluster.features cluster.resources cluster.server \
             cluster.keys
          cluster.observed: api config role token cluster.features cluster.resources \
             cluster.server
          cluster.plan: api settings config validation access token kubernetes role \
             cluster.observed cluster.features cluster.resources cluster.validation cluster.server
          cluster.features: api config validation
          cluster.resources: decoding api settings config cluster.features
          cluster.validation: api config validation access cluster.features
          cluster.server: decoding api config kubernetes leader cluster.keys
          cluster.keys: api settings config kubernetes leader lookup nkey cluster.resources
          admission: settings access lookup admission.review admission.validate admission.inject
          admission.review: decoding validation
          admission.server: api settings validation lookup certificates admission.review \
             admission.inject
          admission.validate: decoding api validation access lookup role cluster.validation \
             admission.review
          admission.inject: api config validation access token lookup admission.review
          admission.uninjected: api settings lookup kubernetes leader admission.review \
             admission.inject
          admission.waiting: api settings access token lookup kubernetes leader admission.review \
             admission.inject
          callout: api settings config access nkey token lookup kubernetes role cluster.keys \
             cluster.server callout.connections callout.protocol callout.servers
          callout.connections: decoding api access role
          callout.protocol: decoding api access nkey
          callout.servers: api kubernetes
          operator: decoding api settings lookup leader
          """);

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

  private static Map<String, Set<String>> rows(String table) {
    return table
        .lines()
        .map(row -> row.split(":", 2))
        .collect(Collectors.toMap(row -> row[0], row -> Set.of(row[1].strip().split(" +"))));
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
