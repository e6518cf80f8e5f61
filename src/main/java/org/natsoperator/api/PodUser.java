package org.natsoperator.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.ValidationRule;

/**
 * User and groups of the server pods. They are the part of a security context that a user may
 * choose; the pods always meet the Pod Security Standard "restricted".
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@ValidationRule(
    value = "!has(self.runAsUser) || has(self.fsGroup)",
    fieldPath = ".runAsUser",
    message = PodUser.GROUP_MISSING)
public record PodUser(
    @Min(1)
        @Max(Integer.MAX_VALUE)
        @JsonPropertyDescription("ID of the user, which must not be root.")
        Integer runAsUser,
    @Min(0) @Max(Integer.MAX_VALUE) @JsonPropertyDescription("ID of the primary group.")
        Integer runAsGroup,
    @Min(0)
        @Max(Integer.MAX_VALUE)
        @JsonPropertyDescription("ID of the group that may read the configuration.")
        Integer fsGroup) {

  /** Error for a user without a group that may read the configuration. */
  public static final String GROUP_MISSING =
      "requires fsGroup, so that the server can read its configuration; set that too";

  static final PodUser DEFAULT = new PodUser(1000, 1000, 1000);
}
