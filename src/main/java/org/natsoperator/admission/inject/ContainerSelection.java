package org.natsoperator.admission.inject;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Which containers of a pod are wired.
 *
 * @param only no others, if said
 * @param except not these
 */
record ContainerSelection(Optional<List<String>> only, List<String> except) {

  boolean takes(ContainerView container) {
    return only.map(names -> names.contains(container.name())).orElse(true)
        && !except.contains(container.name());
  }

  /** The annotation that says so. */
  String annotation() {
    return only.isPresent()
        ? InjectionAnnotations.INJECT_CONTAINERS
        : InjectionAnnotations.SKIP_CONTAINERS;
  }

  /** The names that none of these containers has. */
  List<String> unknown(Collection<ContainerView> containers) {
    List<String> known = containers.stream().map(ContainerView::name).toList();
    return Stream.concat(only.stream().flatMap(List::stream), except.stream())
        .filter(name -> !known.contains(name))
        .toList();
  }
}
