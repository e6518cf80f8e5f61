package org.natsoperator;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.simpleNameEndingWith;
import static com.tngtech.archunit.core.domain.properties.CanBeAnnotated.Predicates.annotatedWith;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.ArchConfiguration;
import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.net.ssl.X509ExtendedKeyManager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Rules for the classes that decide, for names and for sizes. */
class ArchitectureTest {

  private static final List<Path> SOURCES =
      List.of(Path.of("src/main/java"), Path.of("src/training/java"));
  private static final JavaClasses CLASSES = read("target/classes");
  private static final int LONGEST_FILE = 250;
  private static final int LONGEST_METHOD = 30;
  private static final Pattern END_OF_MEMBER = Pattern.compile("( {2}| {4})}");
  private static final Pattern TYPE = Pattern.compile("\\b(class|record|enum|interface)\\b");

  /** Classes that do I/O are Spring components, gather facts for one, or read from a socket. */
  private static final DescribedPredicate<JavaClass> GATHER =
      simpleNameEndingWith("Reconciler")
          .or(simpleNameEndingWith("EventSources"))
          .or(annotatedWith("org.springframework.stereotype.Component"))
          .or(nestedIn("org.springframework.stereotype.Component"))
          .or(assignableTo("io.nats.client.impl.SocketDataPort"));

  private static final DescribedPredicate<JavaClass> DECIDE =
      resideInAnyPackage(
              "..config..",
              "..validation..",
              "..access..",
              "..nkey..",
              "..token..",
              "..role..",
              "..cluster..",
              "..callout..",
              "..admission..",
              "..certificates..")
          .and(not(GATHER))
          .as("classes that decide");

  private static final DescribedPredicate<JavaClass> PURE =
      resideInAnyPackage("..cluster.observed..", "..cluster.plan..", "..access..");

  @Test
  void decidingClassesUseNoKubernetesClientAndNoNetwork() {
    noClasses()
        .that(DECIDE)
        .should()
        .dependOnClassesThat()
        .haveFullyQualifiedName("io.fabric8.kubernetes.client.KubernetesClient")
        .orShould()
        .dependOnClassesThat()
        .resideInAnyPackage("java.net.http..", "io.nats..", "io.javaoperatorsdk..")
        .check(CLASSES);
  }

  @Test
  void decidingClassesDoNotUseSpring() {
    noClasses()
        .that(DECIDE)
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.springframework..")
        .check(CLASSES);
  }

  @Test
  void decidingClassesReadNoClock() {
    noClasses()
        .that(DECIDE)
        .should()
        .dependOnClassesThat(belongToAnyOf(Clock.class))
        .orShould()
        .callMethod(Instant.class, "now")
        .orShould()
        .callMethod(System.class, "currentTimeMillis")
        .orShould()
        .callMethod(System.class, "nanoTime")
        .check(CLASSES);
  }

  @Test
  void decidingClassesUseNoMeters() {
    noClasses()
        .that(DECIDE)
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.micrometer..")
        .check(CLASSES);
  }

  @Test
  void decidingClassesUseNoRandomness() {
    noClasses()
        .that(DECIDE)
        .should()
        .dependOnClassesThat(
            belongToAnyOf(Random.class, SecureRandom.class, ThreadLocalRandom.class))
        .orShould()
        .callMethod(UUID.class, "randomUUID")
        .orShould()
        .callMethod(Math.class, "random")
        .check(CLASSES);
  }

  @Test
  void findsClassesOfBothKinds() {
    assertThat(CLASSES.that(DECIDE))
        .extracting(JavaClass::getSimpleName)
        .contains("Binding", "DesiredCluster", "ServerFeatures")
        .contains("CertificateDecision", "ObservedCertificates", "CaPublication");
    assertThat(CLASSES.that(GATHER))
        .extracting(JavaClass::getSimpleName)
        .contains("MonitoringClient", "TokenIssuer", "Beating")
        .contains("CertificateStore", "CertificateFactory");
  }

  @Test
  void purePackagesContainOnlyClassesThatDecide() {
    assertThat(CLASSES.that(PURE.and(GATHER))).isEmpty();
  }

  @Test
  void namesAreNotGeneric() {
    noClasses()
        .that()
        // The JDK gives its subclasses this name.
        .areNotAssignableTo(X509ExtendedKeyManager.class)
        .should()
        .haveNameMatching(".*\\.(\\w*(Util|Helper|Manager|Common)\\w*|Abstract\\w*)")
        .orShould()
        .resideInAnyPackage("..util..", "..helper..", "..common..", "..manager..")
        .check(CLASSES);
  }

  @Test
  void reconcilersAndEventSourcesArePackagePrivate() {
    classes()
        .that()
        .haveSimpleNameEndingWith("Reconciler")
        .or()
        .haveSimpleNameEndingWith("EventSources")
        .should()
        .notHaveModifier(JavaModifier.PUBLIC)
        .check(CLASSES);
  }

  @ParameterizedTest(name = "{0} has a package-info")
  @MethodSource
  void packages(Path folder) {
    assertThat(folder.resolve("package-info.java")).exists().content().startsWith("/**");
  }

  static List<Path> packages() throws IOException {
    return sources().stream().map(Path::getParent).distinct().toList();
  }

  @ParameterizedTest(name = "{0} and its methods are short")
  @MethodSource("sources")
  void filesAndMethodsAreShort(Path file) throws IOException {
    List<String> lines = Files.readAllLines(file);

    assertThat(lines.size()).as("lines of %s", file).isLessThanOrEqualTo(LONGEST_FILE);
    assertThat(methods(lines))
        .allSatisfy(
            method ->
                assertThat(method).as(method.getFirst()).hasSizeLessThanOrEqualTo(LONGEST_METHOD));
  }

  static List<Path> sources() throws IOException {
    List<Path> sources = new ArrayList<>();
    for (Path root : SOURCES) {
      try (Stream<Path> files = Files.walk(root)) {
        files.filter(file -> file.toString().endsWith(".java")).sorted().forEach(sources::add);
      }
    }
    return sources;
  }

  /** A method starts at the last line with the indentation of its closing brace. */
  private static List<List<String>> methods(List<String> lines) {
    List<List<String>> methods = new ArrayList<>();
    for (int end = 0; end < lines.size(); end++) {
      Matcher brace = END_OF_MEMBER.matcher(lines.get(end));
      if (brace.matches()) {
        int start = end - 1;
        while (!lines.get(start).matches(brace.group(1) + "\\S.*")) {
          start--;
        }
        methods.add(lines.subList(start, end + 1));
      }
    }
    methods.removeIf(method -> TYPE.matcher(method.getFirst()).find());
    return methods;
  }

  /**
   * Classes of libraries are only compared by name, since reading them takes seconds. Spring
   * generates the classes with two underscores when the jar is built.
   */
  static JavaClasses read(String folder) {
    ArchConfiguration.get().setResolveMissingDependenciesFromClassPath(false);
    return new ClassFileImporter()
        .withImportOption(location -> !location.contains("__"))
        .importPath(Path.of(folder));
  }

  private static DescribedPredicate<JavaClass> nestedIn(String annotation) {
    return DescribedPredicate.describe(
        "are in a class that is @" + annotation,
        inner ->
            inner
                .getEnclosingClass()
                .filter(outer -> outer.isAnnotatedWith(annotation))
                .isPresent());
  }
}
