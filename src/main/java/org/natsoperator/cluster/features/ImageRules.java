package org.natsoperator.cluster.features;

import java.util.regex.Pattern;
import org.natsoperator.api.NatsClusterSpec;
import org.natsoperator.validation.FieldErrors;

/** Rejects images that would never start; the tag is a separate field. */
public final class ImageRules {

  private static final Pattern NAME_WITHOUT_TAG = Pattern.compile(NatsClusterSpec.IMAGE);

  private ImageRules() {}

  /** Adds an error if the field is not the name of an image without its tag. */
  public static void check(FieldErrors errors, String field, String name) {
    errors.addIf(
        !NAME_WITHOUT_TAG.matcher(name).matches(),
        field,
        "\"%s\" is not a valid image name without tag or digest; use one such as \"nats\"",
        name);
  }
}
