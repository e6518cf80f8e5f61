package org.natsoperator.cluster;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.natsoperator.api.NatsClusterSpec;
import org.natsoperator.api.PodPolicy;
import org.natsoperator.validation.FieldError;

/** Images whose servers would never start: the tag is a field of its own. */
final class ImageRules {

  private static final Pattern NAME_WITHOUT_TAG = Pattern.compile(NatsClusterSpec.IMAGE);
  private static final Pattern TAG = Pattern.compile("\\w[\\w.-]{0,127}");

  private ImageRules() {}

  static void check(List<FieldError> errors, NatsClusterSpec spec) {
    PodPolicy pod = spec.pod();
    Map<String, String> names = new TreeMap<>();
    names.put("spec.serverImage", spec.serverImage());
    names.put("spec.pod.reloaderImage", pod.reloaderImage());
    names.forEach((field, name) -> checkName(errors, field, name));
    if (!TAG.matcher(pod.reloaderImageTag()).matches()) {
      errors.add(
          new FieldError(
              "spec.pod.reloaderImageTag",
              "\"%s\" is no tag of an image; write one such as \"%s\""
                  .formatted(pod.reloaderImageTag(), PodPolicy.DEFAULT_RELOADER_TAG)));
    }
    if (!PodPolicy.PULL_POLICIES.contains(pod.reloaderImagePullPolicy())) {
      errors.add(
          new FieldError(
              "spec.pod.reloaderImagePullPolicy",
              "\"%s\" is none; write Always, IfNotPresent or Never"
                  .formatted(Objects.toString(pod.reloaderImagePullPolicy()))));
    }
  }

  private static void checkName(List<FieldError> errors, String field, String name) {
    if (!NAME_WITHOUT_TAG.matcher(name).matches()) {
      errors.add(
          new FieldError(
              field,
              "\"%s\" must be the name of an image without tag or digest; remove what follows it"
                  .formatted(name)));
    }
  }
}
