package org.natsoperator.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Nullable;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;

/** The clients that may connect to a cluster. */
@JsonIgnoreProperties(ignoreUnknown = true)
@ValidationRule(
    value =
        "!has(self.allowedNamespaces) || dyn(self.allowedNamespaces) == null ||"
            + " size(self.allowedNamespaces) == 0 || (has(self.enableServiceAccounts) &&"
            + " self.enableServiceAccounts)",
    fieldPath = ".allowedNamespaces",
    message = AuthPolicy.ALLOWED_NAMESPACES_CONTRADICTION)
public record AuthPolicy(
    @JsonPropertyDescription(
            "Clients log in as a ServiceAccount, with the rights of its NatsServiceRole and no"
                + " others.")
        Boolean enableServiceAccounts,
    @Nullable
        @JsonPropertyDescription(
            "Other namespaces whose NatsServiceRoles count for this cluster, by their exact names."
                + " Their clients log in as \"<namespace>.<ServiceAccount>\". A namespace that is"
                + " removed loses its logins at once.")
        List<@Pattern(NatsApi.DNS_LABEL) String> allowedNamespaces,
    @JsonPropertyDescription("Secret that holds users as JSON.") String clientsAuthSecret,
    @JsonPropertyDescription("File with users, included into nats.conf.") String clientsAuthFile,
    @JsonPropertyDescription("Seconds a client has to log in.") Integer clientsAuthTimeout,
    @JsonPropertyDescription("Take the user from the client's certificate.")
        Boolean tlsVerifyAndMap,
    @JsonPropertyDescription("Secret with user and password of routes.") String clusterAuthSecret,
    @JsonPropertyDescription("Seconds a route has to log in.") Integer clusterAuthTimeout,
    @JsonPropertyDescription("Secret with user and password of gateways.") String gatewayAuthSecret,
    @JsonPropertyDescription("Seconds a gateway has to log in.") Integer gatewayAuthTimeout) {

  static final AuthPolicy EMPTY = Defaults.of(AuthPolicy.class);

  /** Error for a list of namespaces on a cluster that accepts every client. */
  public static final String ALLOWED_NAMESPACES_CONTRADICTION =
      "keeps nobody out without enableServiceAccounts; set that to true, or remove the list";

  public AuthPolicy {
    enableServiceAccounts = enableServiceAccounts != null && enableServiceAccounts;
    allowedNamespaces = Defaults.withoutNulls(allowedNamespaces);
  }
}
