package org.natsoperator.lookup;

/** The number of objects in one response to a list request. */
public final class PageSize {

  /** The limit of every list request; {@link SmallerPages} replaces it where objects are large. */
  public static final long USUAL = 200;

  /** For lists with a few large objects among many small ones. */
  static final long SMALL = 40;

  /** For lists of large objects. */
  static final long FEW = 5;

  /**
   * For lists of the largest objects: those of many small parts need ten times the bytes of their
   * text.
   */
  static final long SINGLE = 1;

  private PageSize() {}
}
