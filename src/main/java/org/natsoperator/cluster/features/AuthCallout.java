package org.natsoperator.cluster.features;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;
import org.natsoperator.api.AuthPolicy;
import org.natsoperator.api.CalloutKeys;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.api.NatsClusterSpec;
import org.natsoperator.api.ProjectedTokens;
import org.natsoperator.config.ServerConfig;
import org.natsoperator.config.ServerConfigFile;
import org.natsoperator.config.ServerVersion;
import org.natsoperator.validation.FieldErrors;

/** Servers ask the operator about each login, instead of a list of users. */
final class AuthCallout implements ServerFeature {

  /**
   * A client that gets no answer must reach its own timeout first. Most client libraries close
   * forever when the server rejects them twice.
   */
  private static final int TIMEOUT_SECONDS = 30;

  private static final String MODE = "spec.auth.serviceAccountTokens";
  private static final String SETTINGS = "spec.auth.projected.";

  @Override
  public void validate(NatsClusterSpec spec, FieldErrors errors) {
    AuthPolicy auth = spec.auth();
    boolean projected = auth.serviceAccountTokens().equals(AuthPolicy.PROJECTED);
    errors.addIf(
        !projected && !auth.serviceAccountTokens().equals(AuthPolicy.BOUND_SECRET),
        MODE,
        "\"%s\" is not a valid source of tokens; use BoundSecret or Projected",
        auth.serviceAccountTokens());
    errors.addIf(
        projected && !auth.enableServiceAccounts(),
        MODE,
        "has no effect without enableServiceAccounts; set that to true, or remove this field");
    Optional<ServerVersion> version = ServerVersion.parse(spec.version());
    errors.addIf(
        projected && version.filter(known -> !known.supportsCallout()).isPresent(),
        MODE,
        "Projected requires nats-server 2.15.3, or 2.14.10 in the 2.14 line, since older servers"
            + " disconnect all clients at each reload; raise spec.version");
    checkSettings(auth.projected(), errors);
  }

  private static void checkSettings(ProjectedTokens settings, FieldErrors errors) {
    checkRange(
        errors,
        "tokenExpirationSeconds",
        settings.tokenExpirationSeconds(),
        ProjectedTokens.MIN_EXPIRATION_SECONDS,
        ProjectedTokens.MAX_EXPIRATION_SECONDS);
    checkRange(
        errors,
        "maxSessionSeconds",
        settings.maxSessionSeconds(),
        ProjectedTokens.MIN_SESSION_SECONDS,
        ProjectedTokens.MAX_SESSION_SECONDS);
    checkRange(
        errors,
        "maxStalenessSeconds",
        settings.maxStalenessSeconds(),
        0,
        ProjectedTokens.MAX_STALENESS_SECONDS);
  }

  private static void checkRange(FieldErrors errors, String field, int value, int least, int most) {
    errors.addIf(
        value < least || value > most,
        SETTINGS + field,
        "must be from %d to %d; change or remove it",
        least,
        most);
  }

  @Override
  public void warn(NatsCluster cluster, FieldErrors warnings) {
    AuthPolicy auth = cluster.getSpec().auth();
    warnings.addIf(
        !auth.usesProjectedTokens() && !auth.projected().equals(ProjectedTokens.DEFAULTS),
        "spec.auth.projected",
        "has no effect without serviceAccountTokens: Projected; set that, or remove this field");
  }

  /** Replaces the users. The sentinel keeps the server from accepting clients without a login. */
  @Override
  public void configure(ServerConfig config, ObjectNode natsConf) {
    config
        .keys()
        .callout()
        .ifPresent(
            keys ->
                natsConf.set(
                    ServerConfigFile.LOGINS, authorization(keys, config.keys().operator())));
  }

  private static ObjectNode authorization(CalloutKeys keys, String operator) {
    ObjectNode authorization = ServiceAccountUsers.authorization(List.of());
    authorization.put(ServerConfigFile.LOGIN_TIMEOUT, TIMEOUT_SECONDS);
    authorization
        .putObject(ServerConfigFile.CALLOUT)
        .put("issuer", keys.issuer())
        .put("account", OperatorAccount.NAME)
        .put("xkey", keys.xkey())
        .putArray("auth_users")
        .add(operator);
    return authorization;
  }
}
