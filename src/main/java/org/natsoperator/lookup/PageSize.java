package org.natsoperator.lookup;

/** The number of objects in one response to a list request. */
public final class PageSize {

  /** The limit of every list request; {@link SmallerPages} replaces it where objects are large. */
  public static final long USUAL = 200;

  /** For lists with a few large objects among many small ones. */
  static final long SMALL = 40;

  /** For lists of large objects. */
  static final long SMALLEST = 5;

  private PageSize() {}
}
