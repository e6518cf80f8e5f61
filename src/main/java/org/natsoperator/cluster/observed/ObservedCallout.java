package org.natsoperator.cluster.observed;

import java.util.List;
import java.util.Optional;

/**
 * The auth callout of a cluster.
 *
 * @param replicas the operator's replicas that answer logins
 * @param pods names of client pods that mount a projected token for the cluster; empty if they are
 *     not known
 */
public record ObservedCallout(int replicas, Optional<List<String>> pods) {

  /** The callout of a cluster whose servers do not ask the operator. */
  public static final ObservedCallout NONE = new ObservedCallout(0, Optional.of(List.of()));
}
