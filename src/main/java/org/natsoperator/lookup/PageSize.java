package org.natsoperator.lookup;

/** The number of objects in one response to a list request. */
public final class PageSize {

  /** The limit of every list request; {@link SmallerPages} replaces it where objects are large. */
  public static final long USUAL = 200;

  static final long OF_LARGE_OBJECTS = 5;

  private PageSize() {}
}
