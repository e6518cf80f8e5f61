package org.natsoperator.settings;

import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Secrets that the operator adds to the pull Secrets of the pods of servers.
 *
 * @param names of Secrets in the namespace of each cluster
 */
public record ImagePullSecrets(List<String> names) {

  private static final int MAX_NAMES = 16;

  private static final int MAX_LENGTH = 253;

  private static final Pattern NAME =
      Pattern.compile("[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*");

  public ImagePullSecrets {
    names = names.stream().distinct().toList();
    if (names.size() > MAX_NAMES) {
      throw new IllegalArgumentException(
          "OPERATOR_IMAGE_PULL_SECRETS: %d names are too many; use at most %d"
              .formatted(names.size(), MAX_NAMES));
    }
    names.forEach(ImagePullSecrets::check);
  }

  /**
   * Parses the value that the chart sets. Spring finds this method by its name.
   *
   * @param names separated by commas; empty means none
   */
  public static ImagePullSecrets of(String names) {
    return new ImagePullSecrets(
        names.isBlank()
            ? List.of()
            : Arrays.stream(names.split(",", -1)).map(String::strip).toList());
  }

  private static void check(String name) {
    if (name.length() > MAX_LENGTH || !NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "OPERATOR_IMAGE_PULL_SECRETS: \"%s\" is not a valid name of a Secret; use a DNS name such as registry"
              .formatted(name));
    }
  }
}
