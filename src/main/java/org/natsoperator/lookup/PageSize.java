package org.natsoperator.lookup;

/**
 * The number of objects in one response to a list request. Any user can create objects that are as
 * large as the API server permits, and a whole page is in memory.
 */
public final class PageSize {

  /** For kinds of which one object may have 1 MiB: Secrets, pods and custom resources. */
  public static final long LARGE_OBJECTS = 5;

  /** For kinds whose objects are small, except that their metadata may have 256 KiB. */
  public static final long SMALL_OBJECTS = 20;

  private PageSize() {}
}
