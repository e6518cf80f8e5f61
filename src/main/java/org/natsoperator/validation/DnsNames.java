package org.natsoperator.validation;

import java.util.regex.Pattern;
import org.natsoperator.api.NatsApi;

/** Checks names of objects against RFC 1123, as the API server does. */
public final class DnsNames {

  /** Maximum length of a subdomain, and so of the name of a Secret. */
  public static final int MAX_SUBDOMAIN_LENGTH = 253;

  private static final Pattern LABEL = Pattern.compile(NatsApi.DNS_LABEL);

  private static final Pattern SUBDOMAIN =
      Pattern.compile("[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*");

  private DnsNames() {}

  /** Whether a namespace or a container can have this name. */
  public static boolean isLabel(String name) {
    return LABEL.matcher(name).matches();
  }

  /** Whether any object can have this name: the name of a namespace is a subdomain too. */
  public static boolean isSubdomain(String name) {
    return name.length() <= MAX_SUBDOMAIN_LENGTH && SUBDOMAIN.matcher(name).matches();
  }
}
