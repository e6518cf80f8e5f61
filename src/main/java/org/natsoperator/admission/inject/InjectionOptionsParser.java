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

/** Reads what a client pod asks for and finds every mistake in it. */
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
    checkLabels();
    return new InjectionOptions(
        clusters(namespace),
        pod.annotation(InjectionAnnotations.CLUSTERS).isPresent(),
        containers(),
        lifetime(),
        env(),
        fsGroup(),
        errors);
  }

  private void checkLabels() {
    pod.label(NatsApi.CLUSTER_LABEL)
        .filter(name -> !ClusterName.isWellFormed(name))
        .ifPresent(
            name ->
                error(
                    "metadata.labels." + NatsApi.CLUSTER_LABEL,
                    "\"%s\" is no name of a NatsCluster; correct it or remove the label",
                    name));
    pod.label(InjectionAnnotations.INJECT)
        .filter(value -> !SkipReason.OPT_OUT.contains(value) && !OPT_IN.contains(value))
        .ifPresent(
            value ->
                error(
                    "metadata.labels." + InjectionAnnotations.INJECT,
                    "\"%s\" means nothing; say \"false\" to leave the pod alone, or remove it",
                    value));
  }

  private List<ClusterReference> clusters(String from) {
    List<ClusterReference> clusters = new ArrayList<>();
    for (String entry :
        list(InjectionAnnotations.CLUSTERS, MOST_CLUSTERS, InjectionOptionsParser::isCluster)
            .orElse(List.of())) {
      int slash = entry.indexOf('/');
      Optional<String> namespace =
          slash < 0 ? Optional.empty() : Optional.of(entry.substring(0, slash));
      clusters.add(new ClusterReference(from, entry.substring(slash + 1), namespace));
    }
    ClusterReference labelled = labelled(from, clusters);
    clusters.removeIf(labelled::equals);
    clusters.addFirst(labelled);
    checkNamesAreDistinct(clusters);
    return clusters;
  }

  /** The label's cluster, whose namespace may stand in the list of clusters too. */
  private ClusterReference labelled(String from, List<ClusterReference> listed) {
    String name = pod.label(NatsApi.CLUSTER_LABEL).orElse("");
    Optional<String> namespace = namespace();
    ClusterReference plain = new ClusterReference(from, name, Optional.empty());
    if (namespace.isPresent()) {
      listed.removeIf(plain::equals);
      return new ClusterReference(from, name, namespace);
    }
    return listed.stream().filter(cluster -> cluster.name().equals(name)).findFirst().orElse(plain);
  }

  private Optional<String> namespace() {
    Optional<String> namespace = pod.annotation(NatsApi.CLUSTER_NAMESPACE_ANNOTATION);
    namespace
        .filter(name -> !DnsNames.isLabel(name))
        .ifPresent(
            name ->
                error(
                    InjectionAnnotations.field(NatsApi.CLUSTER_NAMESPACE_ANNOTATION),
                    "\"%s\" is no name of a namespace; say where the NatsCluster is",
                    name));
    return namespace;
  }

  private void checkNamesAreDistinct(List<ClusterReference> clusters) {
    Stream<String> names = clusters.stream().map(ClusterReference::name);
    if (names.distinct().count() < clusters.size()) {
      error(
          InjectionAnnotations.field(InjectionAnnotations.CLUSTERS),
          "two clusters have one name, and so one folder for their tokens; take one of them");
    }
  }

  private ContainerSelection containers() {
    Optional<List<String>> only = names(InjectionAnnotations.INJECT_CONTAINERS);
    Optional<List<String>> except = names(InjectionAnnotations.SKIP_CONTAINERS);
    if (only.isPresent() && except.isPresent()) {
      error(
          InjectionAnnotations.field(InjectionAnnotations.SKIP_CONTAINERS),
          "stands beside %s; take one of the two",
          InjectionAnnotations.INJECT_CONTAINERS);
    }
    return new ContainerSelection(only, except.orElse(List.of()));
  }

  private Optional<TokenExpiration> lifetime() {
    Optional<String> text = pod.annotation(InjectionAnnotations.TOKEN_LIFETIME);
    Optional<TokenExpiration> lifetime = text.flatMap(TokenExpiration::parse);
    if (text.isPresent() && lifetime.isEmpty()) {
      error(
          InjectionAnnotations.field(InjectionAnnotations.TOKEN_LIFETIME),
          "\"%s\" is no duration; write 1h30m, 90m or a number of seconds",
          text.get());
    }
    return lifetime;
  }

  private boolean env() {
    String env = pod.annotation(InjectionAnnotations.INJECT_ENV).orElse("true");
    if (!env.equals("true") && !env.equals("false")) {
      error(
          InjectionAnnotations.field(InjectionAnnotations.INJECT_ENV),
          "\"%s\" means nothing; say \"false\" for no variables, or remove it",
          env);
    }
    return !env.equals("false");
  }

  private OptionalLong fsGroup() {
    Optional<String> group = pod.annotation(InjectionAnnotations.FS_GROUP);
    if (group.isEmpty()) {
      return OptionalLong.empty();
    }
    if (group.get().matches("\\d{1,10}") && Long.parseLong(group.get()) <= Integer.MAX_VALUE) {
      return OptionalLong.of(Long.parseLong(group.get()));
    }
    error(
        InjectionAnnotations.field(InjectionAnnotations.FS_GROUP),
        "\"%s\" is no group; give a number from 0 to %d",
        group.get(),
        Integer.MAX_VALUE);
    return OptionalLong.empty();
  }

  private Optional<List<String>> names(String annotation) {
    return list(annotation, MOST_CONTAINERS, DnsNames::isLabel);
  }

  /** The entries of an annotation, if the pod has it. */
  private Optional<List<String>> list(String annotation, int most, Predicate<String> valid) {
    Optional<List<String>> entries =
        pod.annotation(annotation)
            .map(text -> Stream.of(text.split(",", -1)).map(String::strip).distinct().toList());
    if (entries.filter(all -> all.size() > most).isPresent()) {
      error(InjectionAnnotations.field(annotation), "lists more than %d; shorten it", most);
      return Optional.of(List.of());
    }
    return entries.map(all -> checked(annotation, all, valid));
  }

  private List<String> checked(String annotation, List<String> entries, Predicate<String> valid) {
    entries.stream()
        .filter(valid.negate())
        .forEach(
            entry ->
                error(
                    InjectionAnnotations.field(annotation),
                    "\"%s\" is no name; write names, separated by commas",
                    entry));
    return entries.stream().filter(valid).toList();
  }

  private static boolean isCluster(String entry) {
    int slash = entry.indexOf('/');
    return ClusterName.isWellFormed(entry.substring(slash + 1))
        && (slash < 0 || DnsNames.isLabel(entry.substring(0, slash)));
  }

  private void error(String field, String message, Object... arguments) {
    errors.add(new FieldError(field, message.formatted(arguments)));
  }
}
