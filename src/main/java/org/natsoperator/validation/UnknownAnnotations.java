package org.natsoperator.validation;

import java.util.Collection;
import java.util.List;
import org.natsoperator.api.NatsApi;

/** Finds annotations of the operator's group that it does not know, such as typos. */
public final class UnknownAnnotations {

  /** The warning about each of them. */
  public static final String WARNING = "is unknown and has no effect; check its spelling";

  private static final String GROUP = NatsApi.GROUP + "/";

  private UnknownAnnotations() {}

  /**
   * @param names all annotations of an object
   * @param known those that have an effect on its kind
   */
  public static List<String> among(Collection<String> names, Collection<String> known) {
    return names.stream()
        .filter(name -> name.startsWith(GROUP) && !known.contains(name))
        .sorted()
        .toList();
  }
}
