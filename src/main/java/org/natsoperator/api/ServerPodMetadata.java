package org.natsoperator.api;

/** Labels and annotations of a server pod that the operator reads. */
public final class ServerPodMetadata {

  /** Label: the server's version. */
  public static final String VERSION_LABEL = "nats_version";

  /** Label of the StatefulSet controller: the revision of the template. */
  public static final String REVISION_LABEL = "controller-revision-hash";

  /**
   * Annotation: hash of the template that the operator rendered. The StatefulSet's own revision
   * also changes with fields of other clients.
   */
  public static final String TEMPLATE_ANNOTATION = "nats.io/template";

  /** Annotation: the newest configuration that the operator pushed to the server. */
  public static final String CONFIG_PUSH_ANNOTATION = "nats.io/config-push";

  private ServerPodMetadata() {}
}
