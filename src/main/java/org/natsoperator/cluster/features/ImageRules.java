package org.natsoperator.cluster.features;

import java.util.regex.Pattern;
import org.natsoperator.api.NatsClusterSpec;
import org.natsoperator.api.PodPolicy;
import org.natsoperator.validation.FieldErrors;

/** Images of the containers: a name that may have a digest, and a tag in a separate field. */
public final class ImageRules {

  private static final Pattern NAME_WITHOUT_TAG = Pattern.compile(NatsClusterSpec.IMAGE);
  private static final Pattern TAG = Pattern.compile("\\w[\\w.-]{0,127}");
  private static final String DIGEST = "@";

  /** In characters; the pattern needs a stack as deep as the name has parts. */
  private static final int LONGEST_NAME = 1_024;

  private ImageRules() {}

  /** Adds an error if the field is not the name of an image without its tag. */
  public static void check(FieldErrors errors, String field, String name) {
    errors.addIf(
        name.length() > LONGEST_NAME || !NAME_WITHOUT_TAG.matcher(name).matches(),
        field,
        "\"%s\" is not a valid image name without tag; use one such as \"nats\" or"
            + " \"nats@sha256:…\"",
        name);
  }

  /** Adds an error if the field is not the tag of an image. */
  static void checkTag(FieldErrors errors, String field, String tag, String example) {
    errors.addIf(
        !TAG.matcher(tag).matches(),
        field,
        "\"%s\" is not a valid image tag; use one such as \"%s\"",
        tag,
        example);
  }

  /** Adds an error if the field is not a pull policy. */
  static void checkPullPolicy(FieldErrors errors, String field, String policy) {
    errors.addIf(
        !PodPolicy.PULL_POLICIES.contains(policy),
        field,
        "\"%s\" is not a valid pull policy; use Always, IfNotPresent or Never",
        policy);
  }

  /** The image with its tag, which precedes a digest. A container runtime then uses the digest. */
  public static String withTag(String name, String tag) {
    int end = name.contains(DIGEST) ? name.indexOf(DIGEST) : name.length();
    return name.substring(0, end) + ":" + tag + name.substring(end);
  }

  /** Whether the name has a digest, which makes its tag meaningless. */
  public static boolean hasDigest(String name) {
    return name.contains(DIGEST);
  }
}
