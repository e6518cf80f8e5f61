package org.natsoperator.admission.inject;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.natsoperator.access.ClientNames;
import org.natsoperator.access.ClusterReference;
import org.natsoperator.access.ClusterResolution.NoCluster;
import org.natsoperator.api.NatsApi;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.api.RoleReasons;
import org.natsoperator.config.Ports;
import org.natsoperator.lookup.ObservedClient;
import org.natsoperator.validation.DnsNames;
import org.natsoperator.validation.FieldError;

/**
 * A cluster as a client pod connects to it.
 *
 * @param lifetime of tokens of the kubelet, unless the pod chooses another
 */
public record ResolvedCluster(
    ClientNames client, TokenMode trust, TokenExpiration lifetime, List<String> warnings) {

  /** A pod of a cluster that does not exist yet waits for a bound Secret. */
  public static ResolvedCluster of(ObservedClient observed) {
    Optional<NatsCluster> cluster = observed.choice().found();
    ClusterReference reference = observed.reference();
    ClientNames client =
        new ClientNames(observed.identity(), reference.clusterNamespace(), reference.name());
    TokenMode trust = cluster.map(TokenMode::of).orElse(TokenMode.BOUND_SECRET);
    TokenExpiration lifetime =
        cluster
            .map(found -> found.getSpec().auth().projected().tokenExpirationSeconds())
            .map(seconds -> new TokenExpiration(seconds).clamped())
            .orElse(TokenExpiration.DEFAULT);
    return new ResolvedCluster(client, trust, lifetime, warnings(observed, client, trust));
  }

  /** Whether the client is this ServiceAccount; else its pod mounts the token of another. */
  boolean isOf(String serviceAccount) {
    return client.identity().serviceAccount().equals(serviceAccount);
  }

  String name() {
    return client.cluster();
  }

  /**
   * URL of the servers, without user: clients treat a user without password as a token. A password
   * would be visible in the pod, and outdated when the token changes.
   */
  String url() {
    return "nats://%s.%s.svc:%d".formatted(name(), client.clusterNamespace(), Ports.CLIENT);
  }

  /** Errors because of which the client can never get a token. */
  Stream<FieldError> errors() {
    return trust == TokenMode.BOUND_SECRET
            && client.secret().length() > DnsNames.MAX_SUBDOMAIN_LENGTH
        ? Stream.of(
            new FieldError(
                "spec.serviceAccountName",
                "is too long: the name of its token's Secret would exceed %d characters;"
                        .formatted(DnsNames.MAX_SUBDOMAIN_LENGTH)
                    + " use a shorter name"))
        : Stream.empty();
  }

  @Override
  public String toString() {
    return client.clusterNamespace() + "/" + name();
  }

  private static List<String> warnings(
      ObservedClient observed, ClientNames client, TokenMode trust) {
    List<String> warnings = new ArrayList<>();
    if (observed.choice() instanceof NoCluster none) {
      warnings.add(
          observed.certain()
              ? missing(none, client)
              : "NatsCluster %s/%s could not be read in time; the pod waits for Secret %s"
                  .formatted(client.clusterNamespace(), client.cluster(), client.secret()));
    } else if (trust == TokenMode.NONE) {
      warnings.add(
          ("no token: NatsCluster %s does not admit ServiceAccounts; set"
                  + " spec.auth.enableServiceAccounts")
              .formatted(client.cluster()));
    }
    if (!observed.hasRole() && trust != TokenMode.NONE) {
      String account = client.identity().serviceAccount();
      if (observed.certain()) {
        warnings.add(
            "no permissions: NatsServiceRole %s for NatsCluster %s does not exist; create it"
                .formatted(account, client.cluster()));
      } else if (observed.choice().found().isPresent()) {
        warnings.add(
            "NatsServiceRole %s could not be read in time; check that it exists"
                .formatted(account));
      }
    }
    return warnings;
  }

  private static String missing(NoCluster none, ClientNames client) {
    return none.reason().equals(RoleReasons.NAMESPACE_NOT_ALLOWED)
        ? "%s: NatsCluster %s/%s does not list %s in spec.auth.allowedNamespaces; add it"
            .formatted(
                NatsApi.CLUSTER_NAMESPACE_ANNOTATION,
                client.clusterNamespace(),
                client.cluster(),
                client.identity().namespace())
        : "%s: NatsCluster %s/%s does not exist; create it, or set %s"
            .formatted(
                NatsApi.CLUSTER_LABEL,
                client.clusterNamespace(),
                client.cluster(),
                NatsApi.CLUSTER_NAMESPACE_ANNOTATION);
  }
}
