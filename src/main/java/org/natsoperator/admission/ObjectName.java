package org.natsoperator.admission;

import java.util.regex.Pattern;

/**
 * Names of objects, as a request to the API server may hold them. A review may come from somebody
 * else: then what it says must not become another request.
 */
final class ObjectName {

  /** A subdomain of RFC 1123; every other name that is asked for is one too. */
  private static final Pattern SUBDOMAIN =
      Pattern.compile("[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*");

  private static final int LONGEST = 253;

  private ObjectName() {}

  /** Whether there can be an object of this name. */
  static boolean isPossible(String name) {
    return name.length() <= LONGEST && SUBDOMAIN.matcher(name).matches();
  }
}
