package org.natsoperator.api;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Nullable;
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
            "Clients must log in as a ServiceAccount and have only the permissions of its"
                + " NatsServiceRole. Default: false, with which anyone who can reach the servers"
                + " has full access.")
        Boolean enableServiceAccounts,
    @Nullable
        @ValidationRule(
            value = "self.all(name, name.matches(" + AuthPolicy.NAMESPACE + "))",
            messageExpression =
                "'\"' + self.filter(name, !name.matches("
                    + AuthPolicy.NAMESPACE
                    + "))[0] + '\" "
                    + AuthPolicy.INVALID_NAMESPACE
                    + "'",
            message = "an entry " + AuthPolicy.INVALID_NAMESPACE)
        @JsonPropertyDescription(
            "Exact names of other namespaces whose NatsServiceRoles the cluster admits. Each of"
                + " these roles names the cluster's namespace in the annotation"
                + " nats.io/cluster-namespace. Their clients log in as"
                + " \"<namespace>.<ServiceAccount>\". Removing a namespace revokes the access of"
                + " its clients at once.")
        List<String> allowedNamespaces,
    @ValidationRule(
            value = "self in ['', 'BoundSecret', 'Projected']",
            message = "is not a valid source of tokens; use BoundSecret or Projected")
        @JsonPropertyDescription(
            "Source of the tokens that clients log in with. BoundSecret (default): a Secret for"
                + " each ServiceAccount, whose token the servers compare. Projected: a token for"
                + " each pod, which the kubelet renews and the operator verifies. Projected needs"
                + " nats-server 2.15.3, or 2.14.10 in the 2.14 line.")
        String serviceAccountTokens,
    @JsonPropertyDescription("Settings for serviceAccountTokens: Projected.")
        ProjectedTokens projected,
    @JsonPropertyDescription(NatsClusterSpec.REJECTED + "Secret with users as JSON.")
        String clientsAuthSecret,
    @JsonPropertyDescription(NatsClusterSpec.REJECTED + "File with users that nats.conf includes.")
        String clientsAuthFile,
    @JsonPropertyDescription(
            NatsClusterSpec.IGNORED + "Time limit for the login of a client, in seconds.")
        Integer clientsAuthTimeout,
    @JsonPropertyDescription(NatsClusterSpec.REJECTED + "Map the client's certificate to a user.")
        Boolean tlsVerifyAndMap,
    @JsonPropertyDescription(
            NatsClusterSpec.REJECTED + "Secret with the user and password of routes.")
        String clusterAuthSecret,
    @JsonPropertyDescription(
            NatsClusterSpec.IGNORED + "Time limit for the login of a route, in seconds.")
        Integer clusterAuthTimeout,
    @JsonPropertyDescription(
            NatsClusterSpec.REJECTED + "Secret with the user and password of gateways.")
        String gatewayAuthSecret,
    @JsonPropertyDescription(
            NatsClusterSpec.IGNORED + "Time limit for the login of a gateway, in seconds.")
        Integer gatewayAuthTimeout) {

  static final AuthPolicy EMPTY = Defaults.of(AuthPolicy.class);

  /** Error for a list of namespaces in a cluster that accepts every client. */
  public static final String ALLOWED_NAMESPACES_CONTRADICTION =
      "has no effect without enableServiceAccounts; set that to true, or remove the list";

  /** What is wrong with an entry of {@link #allowedNamespaces}, and the remedy. */
  public static final String INVALID_NAMESPACE =
      "is not a valid namespace name; use one exact name per entry";

  private static final String NAMESPACE = "r'" + NatsApi.DNS_LABEL + "'";

  /** Value of {@link #serviceAccountTokens} for tokens in Secrets. */
  public static final String BOUND_SECRET = "BoundSecret";

  /** Value of {@link #serviceAccountTokens} for tokens of the kubelet. */
  public static final String PROJECTED = "Projected";

  public AuthPolicy {
    enableServiceAccounts = enableServiceAccounts != null && enableServiceAccounts;
    allowedNamespaces = Defaults.withoutNulls(allowedNamespaces);
    serviceAccountTokens = Defaults.orDefault(serviceAccountTokens, BOUND_SECRET);
    projected = projected == null ? ProjectedTokens.DEFAULTS : projected;
  }

  /** Whether servers ask the operator about the tokens of the kubelet. */
  @JsonIgnore
  public boolean usesProjectedTokens() {
    return enableServiceAccounts && serviceAccountTokens.equals(PROJECTED);
  }
}
