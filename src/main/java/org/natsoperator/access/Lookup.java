package org.natsoperator.access;

import java.util.Optional;

/** Finds one object of a kind, in a cache. */
@FunctionalInterface
public interface Lookup<T> {

  Optional<T> find(String namespace, String name);
}
