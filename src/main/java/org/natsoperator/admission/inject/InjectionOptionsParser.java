package org.natsoperator.admission.inject;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.natsoperator.access.ClusterName;
import org.natsoperator.access.ClusterReference;
import org.natsoperator.api.NatsApi;
import org.natsoperator.validation.DnsNames;
import org.natsoperator.validation.FieldError;

/** Reads the label and annotations of a client pod and collects every error. */
final class InjectionOptionsParser {

  /** Each may cost requests to the API server. */
  private static final int MOST_CLUSTERS = 16;

  private static final int MOST_CONTAINERS = 100;

  private static final Set<String> OPT_IN = Set.of("true", "enabled");

  private final PodView pod;
  private final List<FieldError> errors = new ArrayList<>();

  InjectionOptionsParser(PodView pod) {
    this.pod = pod;
  }

  InjectionOptions read(String namespace) {
    errors.addAll(PodSize.errors(pod));
    label(
        NatsApi.CLUSTER_LABEL,
        ClusterName::isWellFormed,
        "\"%s\" is not a valid NatsCluster name; correct it or remove the label");
    label(
        InjectionAnnotations.INJECT,
        value -> SkipReason.OPT_OUT.contains(value) || OPT_IN.contains(value),
        "\"%s\" is not a valid value; use \"false\" to skip the pod, or remove the label");
    return new InjectionOptions(
        clusters(namespace),
        pod.annotation(InjectionAnnotations.CLUSTERS).isPresent(),
        containers(),
        lifetime(),
        env(),
        fsGroup(),
        errors);
  }

  private List<ClusterReference> clusters(String from) {
    List<ClusterReference> clusters = new ArrayList<>();
    for (String entry :
        list(
                InjectionAnnotations.CLUSTERS,
                MOST_CLUSTERS,
                "name or namespace/name",
                InjectionOptionsParser::isCluster)
            .orElse(List.of())) {
      int slash = entry.indexOf('/');
      Optional<String> namespace =
          slash < 0 ? Optional.empty() : Optional.of(entry.substring(0, slash));
      clusters.add(new ClusterReference(from, entry.substring(slash + 1), namespace));
    }
    ClusterReference labelled = labelled(from, clusters);
    clusters.removeIf(labelled::equals);
    clusters.addFirst(labelled);
    if (clusters.stream().map(ClusterReference::name).distinct().count() < clusters.size()) {
      error(
          InjectionAnnotations.CLUSTERS,
          "two clusters have the same name and would share the folder of their tokens; remove one"
              + " of them");
    }
    return clusters;
  }

  /** Returns the label's cluster. The list of clusters may name its namespace. */
  private ClusterReference labelled(String from, List<ClusterReference> listed) {
    String name = pod.label(NatsApi.CLUSTER_LABEL).orElse("");
    Optional<String> namespace =
        annotation(
            NatsApi.CLUSTER_NAMESPACE_ANNOTATION,
            DnsNames::isLabel,
            "\"%s\" is not a valid namespace name; use the namespace of the NatsCluster");
    ClusterReference plain = new ClusterReference(from, name, Optional.empty());
    if (namespace.isPresent()) {
      listed.removeIf(plain::equals);
      return new ClusterReference(from, name, namespace);
    }
    return listed.stream().filter(cluster -> cluster.name().equals(name)).findFirst().orElse(plain);
  }

  private ContainerSelection containers() {
    Optional<List<String>> only = names(InjectionAnnotations.INJECT_CONTAINERS);
    Optional<List<String>> except = names(InjectionAnnotations.SKIP_CONTAINERS);
    if (only.isPresent() && except.isPresent()) {
      error(
          InjectionAnnotations.SKIP_CONTAINERS,
          "cannot be combined with %s; remove one of the two",
          InjectionAnnotations.INJECT_CONTAINERS);
    }
    return new ContainerSelection(only, except.orElse(List.of()));
  }

  private Optional<TokenExpiration> lifetime() {
    return annotation(
            InjectionAnnotations.TOKEN_LIFETIME,
            text -> TokenExpiration.parse(text).isPresent(),
            "\"%s\" is not a valid duration; use one such as 1h30m or 90m, or a number of seconds")
        .flatMap(TokenExpiration::parse);
  }

  private boolean env() {
    return annotation(
            InjectionAnnotations.INJECT_ENV,
            Set.of("true", "false")::contains,
            "\"%s\" is not a valid value; use \"false\" for no variables, or remove the annotation")
        .filter("false"::equals)
        .isEmpty();
  }

  private OptionalLong fsGroup() {
    return annotation(
            InjectionAnnotations.FS_GROUP,
            InjectionOptionsParser::isGroup,
            "\"%s\" is not a valid group ID; use a number from 0 to " + Integer.MAX_VALUE)
        .filter(InjectionOptionsParser::isGroup)
        .stream()
        .mapToLong(Long::parseLong)
        .findFirst();
  }

  private Optional<List<String>> names(String annotation) {
    return list(annotation, MOST_CONTAINERS, "names of containers", DnsNames::isLabel);
  }

  /**
   * Returns the valid entries of an annotation; empty if the pod does not have it.
   *
   * @param form of an entry, for the error
   */
  private Optional<List<String>> list(
      String annotation, int most, String form, Predicate<String> valid) {
    Optional<List<String>> entries =
        pod.annotation(annotation)
            .map(
                text ->
                    Stream.of(text.split(",", most + 2)).map(String::strip).distinct().toList());
    if (entries.filter(all -> all.size() > most).isPresent()) {
      error(annotation, "lists more than %d names; remove some", most);
      return Optional.of(List.of());
    }
    entries.stream()
        .flatMap(List::stream)
        .filter(valid.negate())
        .forEach(
            entry ->
                error(
                    annotation,
                    "\"%s\" is not a valid name; use %s, separated by commas",
                    entry,
                    form));
    return entries.map(all -> all.stream().filter(valid).toList());
  }

  private static boolean isCluster(String entry) {
    int slash = entry.indexOf('/');
    return ClusterName.isWellFormed(entry.substring(slash + 1))
        && (slash < 0 || DnsNames.isLabel(entry.substring(0, slash)));
  }

  private static boolean isGroup(String text) {
    return text.matches("\\d{1,10}") && Long.parseLong(text) <= Integer.MAX_VALUE;
  }

  private void label(String name, Predicate<String> valid, String message) {
    pod.label(name)
        .filter(valid.negate())
        .map(value -> new FieldError("metadata.labels." + name, message.formatted(value)))
        .ifPresent(errors::add);
  }

  /** Returns the value of an annotation, also if it is invalid. */
  private Optional<String> annotation(String name, Predicate<String> valid, String message) {
    Optional<String> value = pod.annotation(name);
    value.filter(valid.negate()).ifPresent(invalid -> error(name, message, invalid));
    return value;
  }

  private void error(String annotation, String message, Object... arguments) {
    errors.add(
        new FieldError(InjectionAnnotations.field(annotation), message.formatted(arguments)));
  }
}
