package org.natsoperator.access;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.natsoperator.api.AllowResponses;

/**
 * What two lists of subjects have in common. The result never allows anything that one of the lists
 * refuses. It may refuse what both allow in other words, such as {@code foo.*} and {@code foo.bar}.
 */
public final class PermissionIntersection {

  private PermissionIntersection() {}

  /** The entries of the first list that are in the second too. */
  public static List<String> ofPublish(List<String> one, List<String> other) {
    Set<String> both = new HashSet<>(other);
    return one.stream().filter(both::contains).toList();
  }

  /**
   * The entries of the first list that are in the second too, except for subjects that overlap with
   * a queue group of only one list. For a subject with queue groups, nats-server admits only
   * members of these groups, so without the queue group the other entry would allow more ({@code
   * canSubscribe} in client.go of 2.15).
   */
  public static List<String> ofSubscribe(List<String> one, List<String> other) {
    Set<SubjectPermission> first = entries(one);
    Set<SubjectPermission> second = entries(other);
    List<SubjectPermission> queuesOfOne =
        Stream.concat(missing(first, second), missing(second, first)).toList();
    return one.stream()
        .filter(
            text -> {
              SubjectPermission entry = SubjectPermission.of(text);
              return second.contains(entry)
                  && (entry.queue().isPresent() || queuesOfOne.stream().noneMatch(entry::overlaps));
            })
        .toList();
  }

  /** The replies that both permit. */
  public static Optional<AllowResponses> ofResponses(
      Optional<AllowResponses> one, Optional<AllowResponses> other) {
    return one.flatMap(first -> other.map(first::intersection));
  }

  private static Set<SubjectPermission> entries(List<String> list) {
    Set<SubjectPermission> entries = new HashSet<>();
    list.forEach(text -> entries.add(SubjectPermission.of(text)));
    return entries;
  }

  private static Stream<SubjectPermission> missing(
      Set<SubjectPermission> from, Set<SubjectPermission> in) {
    return from.stream()
        .filter(entry -> entry.queue().isPresent())
        .filter(entry -> !in.contains(entry));
  }
}
