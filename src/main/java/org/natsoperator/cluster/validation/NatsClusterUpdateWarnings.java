package org.natsoperator.cluster.validation;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.natsoperator.api.AuthPolicy;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.api.NatsClusterSpec;
import org.natsoperator.config.ServerVersion;
import org.natsoperator.validation.FieldError;

/**
 * What a change of a running cluster costs that a user may not expect. None is refused: going back
 * to the version before is what an operator does in trouble, and no field is beyond change. Each is
 * a short sentence, so that it fits into a warning of 120 characters.
 */
public final class NatsClusterUpdateWarnings {

  private final List<FieldError> updateWarnings = new ArrayList<>();

  private NatsClusterUpdateWarnings() {}

  /** Of going from one spec to the other; the cluster's name is that of its servers. */
  public static List<FieldError> updateWarnings(NatsCluster before, NatsCluster after) {
    NatsClusterUpdateWarnings change = new NatsClusterUpdateWarnings();
    change.ofSize(after.getMetadata().getName(), before.getSpec().size(), after.getSpec().size());
    change.ofVersion(before.getSpec(), after.getSpec());
    change.ofLogins(before.getSpec().auth(), after.getSpec().auth());
    return change.updateWarnings;
  }

  /** Of another number of servers alone, such as {@code kubectl scale} asks for. */
  public static List<FieldError> costsOfSize(String name, int before, int after) {
    NatsClusterUpdateWarnings change = new NatsClusterUpdateWarnings();
    change.ofSize(name, before, after);
    return change.updateWarnings;
  }

  private void ofSize(String name, int before, int after) {
    if (after < before) {
      String gone = name + "-" + (after + 1) + (before > after + 1 ? "…" + before : "");
      add("spec.size", "removes " + gone + "; their clients must reconnect to the others");
    }
    if (after == 1 && before > 1) {
      add("spec.size", "a single server: each of its restarts interrupts every client");
    }
  }

  private void ofVersion(NatsClusterSpec before, NatsClusterSpec after) {
    Optional<ServerVersion> old = ServerVersion.parse(before.version());
    Optional<ServerVersion> wanted = ServerVersion.parse(after.version());
    if (old.isEmpty() || wanted.isEmpty()) {
      return;
    }
    if (wanted.get().isOlderReleaseThan(old.get())) {
      add(
          "spec.version",
          "%s is older than %s: fixes made since are lost"
              .formatted(shortened(after.version()), shortened(before.version())));
    }
    if (old.get().knowsQueuePermissions() && !wanted.get().knowsQueuePermissions()) {
      add("spec.version", "roles that name queue groups lose their logins below 2.0.0");
    }
  }

  private void ofLogins(AuthPolicy before, AuthPolicy after) {
    String field = "spec.auth.enableServiceAccounts";
    if (before.enableServiceAccounts() && !after.enableServiceAccounts()) {
      add(field, "without it roles mean nothing and everybody gets in");
    }
    if (!before.enableServiceAccounts() && after.enableServiceAccounts()) {
      add(field, "disconnects every client that has no role");
    }
    List<String> removed = new ArrayList<>(before.allowedNamespaces());
    removed.removeAll(after.allowedNamespaces());
    if (!removed.isEmpty()) {
      String first = shortened(removed.getFirst());
      add(
          "spec.auth.allowedNamespaces",
          "disconnects clients of "
              + first
              + (removed.size() > 1 ? " and %d more".formatted(removed.size() - 1) : ""));
    }
  }

  private void add(String field, String what) {
    updateWarnings.add(new FieldError(field, what));
  }

  private static String shortened(String text) {
    return text.length() > 24 ? text.substring(0, 24) + "…" : text;
  }
}
