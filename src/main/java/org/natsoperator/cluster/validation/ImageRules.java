package org.natsoperator.cluster.validation;

import java.util.regex.Pattern;
import org.natsoperator.api.NatsClusterSpec;
import org.natsoperator.api.PodPolicy;
import org.natsoperator.validation.FieldErrors;

/** Rejects images that would never start; the tag is a separate field. */
final class ImageRules {

  private static final Pattern NAME_WITHOUT_TAG = Pattern.compile(NatsClusterSpec.IMAGE);
  private static final Pattern TAG = Pattern.compile("\\w[\\w.-]{0,127}");

  private ImageRules() {}

  static void check(FieldErrors errors, NatsClusterSpec spec) {
    PodPolicy pod = spec.pod();
    checkName(errors, "spec.pod.reloaderImage", pod.reloaderImage());
    checkName(errors, "spec.serverImage", spec.serverImage());
    errors.addIf(
        !TAG.matcher(pod.reloaderImageTag()).matches(),
        "spec.pod.reloaderImageTag",
        "\"%s\" is no tag of an image; write one such as \"%s\"",
        pod.reloaderImageTag(),
        PodPolicy.DEFAULT_RELOADER_TAG);
    errors.addIf(
        !PodPolicy.PULL_POLICIES.contains(pod.reloaderImagePullPolicy()),
        "spec.pod.reloaderImagePullPolicy",
        "\"%s\" is none; write Always, IfNotPresent or Never",
        pod.reloaderImagePullPolicy());
  }

  private static void checkName(FieldErrors errors, String field, String name) {
    errors.addIf(
        !NAME_WITHOUT_TAG.matcher(name).matches(),
        field,
        "\"%s\" must be the name of an image without tag or digest; remove what follows it",
        name);
  }
}
