package org.natsoperator.settings;

import java.util.List;

/** Where the images of the server pods come from, for all clusters. */
public record ServerImages(ImageRegistry registry, ImagePullSecrets pullSecrets) {

  /** The registry of the container runtime, without additional pull Secrets. */
  public static final ServerImages OF_RUNTIME =
      new ServerImages(ImageRegistry.OF_RUNTIME, new ImagePullSecrets(List.of()));
}
