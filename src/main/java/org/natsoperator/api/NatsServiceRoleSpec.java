package org.natsoperator.api;

import com.fasterxml.jackson.annotation.JsonClassDescription;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;

/** The permissions that a role grants. */
@JsonClassDescription("The permissions that the role grants.")
@JsonIgnoreProperties(ignoreUnknown = true)
public record NatsServiceRoleSpec(
    @JsonPropertyDescription("Subjects that the ServiceAccount with the role's name may use.")
        Permissions permissions,
    @JsonPropertyDescription(
            "Limits of each connection. They have an effect only in clusters with"
                + " auth.serviceAccountTokens: Projected.")
        RoleLimits limits) {

  static final NatsServiceRoleSpec EMPTY = new NatsServiceRoleSpec(null, null);

  public NatsServiceRoleSpec {
    permissions = permissions == null ? Permissions.NONE : permissions;
    limits = limits == null ? RoleLimits.NONE : limits;
  }
}
