package org.natsoperator.admission;

/**
 * Where the webhooks answer, as in the chart's webhook configurations. Without a leading slash,
 * since these are names of beans: with one, Spring would serve them at the port of probes and
 * metrics too.
 */
final class WebhookPaths {

  /** Pods and their ephemeral containers. */
  static final String PODS = "mutate/pods";

  static final String ROLES = "validate/natsserviceroles";
  static final String CLUSTERS = "validate/natsclusters";

  private WebhookPaths() {}
}
