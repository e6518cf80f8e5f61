package org.natsoperator.cluster.validation;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.natsoperator.api.AuthPolicy;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.api.NatsClusterSpec;
import org.natsoperator.cluster.features.ImageRules;
import org.natsoperator.config.ServerVersion;
import org.natsoperator.validation.FieldError;
import org.natsoperator.validation.FieldErrors;

/**
 * Warnings about the costs of an update that a user may not expect. No update is rejected, since a
 * user may need a rollback. Each is a short sentence that fits into a warning of 120 characters.
 */
public final class NatsClusterUpdateWarnings {

  private NatsClusterUpdateWarnings() {}

  /** Warnings about an update. */
  public static List<FieldError> updateWarnings(NatsCluster before, NatsCluster after) {
    FieldErrors warnings = new FieldErrors();
    String name = after.getMetadata().getName();
    ofSize(warnings, name, before.getSpec().size(), after.getSpec().size());
    ofVersion(warnings, before.getSpec(), after.getSpec());
    ofLogins(warnings, before.getSpec().auth(), after.getSpec().auth());
    return warnings.list();
  }

  /** Warnings about another size, such as {@code kubectl scale} requests. */
  public static List<FieldError> costsOfSize(String name, int before, int after) {
    FieldErrors warnings = new FieldErrors();
    ofSize(warnings, name, before, after);
    return warnings.list();
  }

  private static void ofSize(FieldErrors warnings, String name, int before, int after) {
    warnings.addIf(
        after < before,
        "spec.size",
        "removes %s-%d%s; their clients must reconnect to other servers",
        name,
        after + 1,
        before > after + 1 ? "…" + before : "");
    warnings.addIf(
        after == 1 && before > 1,
        "spec.size",
        "each restart of a single server disconnects all clients; use 2 or more");
  }

  private static void ofVersion(
      FieldErrors warnings, NatsClusterSpec before, NatsClusterSpec after) {
    Optional<ServerVersion> old = ServerVersion.parse(before.version());
    Optional<ServerVersion> wanted = ServerVersion.parse(after.version());
    if (old.isEmpty() || wanted.isEmpty()) {
      return;
    }
    warnings.addIf(
        wanted.get().isOlderReleaseThan(old.get()),
        "spec.version",
        "%s is older than %s and lacks its fixes",
        shortened(after.version()),
        shortened(before.version()));
    warnings.addIf(
        !old.equals(wanted)
            && ImageRules.hasDigest(after.serverImage())
            && after.serverImage().equals(before.serverImage()),
        "spec.serverImage",
        "still has the digest of %s; change it too",
        shortened(before.version()));
    warnings.addIf(
        old.get().knowsQueuePermissions() && !wanted.get().knowsQueuePermissions(),
        "spec.version",
        "roles with queue groups lose their logins below 2.0.0");
    warnings.addIf(
        old.get().knowsResponsePermissions() && !wanted.get().knowsResponsePermissions(),
        "spec.version",
        "roles with allowResponses lose their logins below 2.0.4");
  }

  private static void ofLogins(FieldErrors warnings, AuthPolicy before, AuthPolicy after) {
    String field = "spec.auth.enableServiceAccounts";
    warnings.addIf(
        before.enableServiceAccounts() && !after.enableServiceAccounts(),
        field,
        "without it, roles have no effect and anyone can connect");
    warnings.addIf(
        !before.enableServiceAccounts() && after.enableServiceAccounts(),
        field,
        "disconnects every client without a role");
    List<String> removed = new ArrayList<>(before.allowedNamespaces());
    removed.removeAll(after.allowedNamespaces());
    if (!removed.isEmpty()) {
      warnings.add(
          "spec.auth.allowedNamespaces",
          "disconnects clients of %s%s",
          shortened(removed.getFirst()),
          removed.size() > 1 ? " and %d more".formatted(removed.size() - 1) : "");
    }
  }

  private static String shortened(String text) {
    return text.length() > 24 ? text.substring(0, 24) + "…" : text;
  }
}
