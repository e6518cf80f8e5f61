package org.natsoperator.admission.inject;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Names of the containers to inject.
 *
 * @param only all if empty
 */
record ContainerSelection(Optional<List<String>> only, List<String> except) {

  boolean takes(ContainerView container) {
    return only.map(names -> names.contains(container.name())).orElse(true)
        && !except.contains(container.name());
  }

  /** The annotation that set it. */
  String annotation() {
    return only.isPresent()
        ? InjectionAnnotations.INJECT_CONTAINERS
        : InjectionAnnotations.SKIP_CONTAINERS;
  }

  /** Returns the names without a container. */
  List<String> unknown(Collection<ContainerView> containers) {
    List<String> known = containers.stream().map(ContainerView::name).toList();
    return Stream.concat(only.stream().flatMap(List::stream), except.stream())
        .filter(name -> !known.contains(name))
        .toList();
  }
}
