package org.natsoperator.decoding;

import java.util.List;

/** A resource that {@link LenientDecoder} reads although some of its values have a wrong type. */
public interface LenientlyRead {

  /** The values of spec and status that could not be read; the resource lacks them. */
  List<TypeMismatch> mismatches();

  /** A copy for a reader that changes the metadata. Spec and status are immutable. */
  LenientlyRead copy();
}
