package org.natsoperator.admission.review;

/**
 * Paths in the chart's webhook configurations. They have no leading slash because they are names of
 * beans: Spring would also serve a bean with a slash on the port of probes and metrics.
 */
public final class WebhookPaths {

  /** Pods and their ephemeral containers. */
  public static final String PODS = "mutate/pods";

  public static final String ROLES = "validate/natsserviceroles";
  public static final String CLUSTERS = "validate/natsclusters";

  private WebhookPaths() {}
}
