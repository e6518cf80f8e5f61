package org.natsoperator.admission.review;

/**
 * Where the webhooks answer, as in the chart's webhook configurations. Without a leading slash,
 * since these are names of beans: with one, Spring would serve them at the port of probes and
 * metrics too.
 */
public final class WebhookPaths {

  /** Pods and their ephemeral containers. */
  public static final String PODS = "mutate/pods";

  public static final String ROLES = "validate/natsserviceroles";
  public static final String CLUSTERS = "validate/natsclusters";

  private WebhookPaths() {}
}
