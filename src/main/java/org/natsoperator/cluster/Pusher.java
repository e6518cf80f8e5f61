package org.natsoperator.cluster;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.cluster.features.ReloadMethod;
import org.natsoperator.cluster.observed.ObservedCluster;
import org.natsoperator.cluster.observed.ObservedServer;
import org.natsoperator.cluster.plan.ClusterDecision;
import org.natsoperator.cluster.plan.DrainingServers;
import org.natsoperator.cluster.plan.DrainingServers.DrainingServer;
import org.natsoperator.cluster.plan.Push;
import org.natsoperator.cluster.plan.PushStep;
import org.natsoperator.cluster.server.MonitoringClient;
import org.natsoperator.cluster.server.ServerCommands;
import org.natsoperator.cluster.server.SystemAccountClient;
import org.natsoperator.config.ServerVersion;
import org.springframework.stereotype.Component;

/** Delivers new files to the servers, and revokes permissions on servers in lame duck mode. */
@Component
class Pusher {

  private final ClusterApplier applier;
  private final SystemAccountClient systemAccount;
  private final ServerCommands commands;
  private final MonitoringClient probe;
  private final ConfirmedStateCache memory;
  private final PushMetrics meters;

  Pusher(
      ClusterApplier applier,
      SystemAccountClient systemAccount,
      ServerCommands commands,
      MonitoringClient probe,
      ConfirmedStateCache memory,
      PushMetrics meters) {
    this.applier = applier;
    this.systemAccount = systemAccount;
    this.commands = commands;
    this.probe = probe;
    this.memory = memory;
    this.meters = meters;
  }

  /** Takes the next push step of every server, after the files were written. */
  void push(ClusterDecision decision, ObservedCluster observed) {
    Map<String, PushStep> steps = decision.plan().steps();
    DeferredFailures attempts = new DeferredFailures();
    for (ObservedServer server : observed.servers()) {
      PushStep step = steps.get(server.uid());
      if (step != null && step.triggerKubeletSync()) {
        attempts.run(() -> triggerKubeletSync(server, step.push()));
      }
      if (step != null && !step.push().confirmed() && reloadedByUs(server)) {
        commands.run(server.pod(), () -> systemAccount.reload(observed.cluster(), server.pod()));
      }
    }
    remember(decision, observed);
    attempts.end();
  }

  /**
   * Closes the connections of users that lost permissions on servers in lame duck mode.
   *
   * @return whether there may be such connections; the caller must then check again soon
   */
  boolean revokeOnDrainingServers(ClusterDecision decision, ObservedCluster observed) {
    List<DrainingServer> draining =
        DrainingServers.withRevoked(
            observed, memory.confirmed(uid(observed.cluster())), decision.users());
    draining.forEach(server -> commands.run(server.server().pod(), () -> revoke(server, observed)));
    return !draining.isEmpty();
  }

  /** A server in lame duck mode does not listen, so the request goes through another server. */
  private void revoke(DrainingServer draining, ObservedCluster observed) {
    Optional<ObservedServer> other =
        observed.staying().stream()
            .filter(server -> server.varz().isPresent())
            .filter(server -> server.version().filter(ServerVersion::answersOperator).isPresent())
            .findFirst();
    if (other.isEmpty()) {
      return;
    }
    probe
        .connections(draining.server().pod(), draining::mustClose)
        .filter(found -> !found.cids().isEmpty())
        .ifPresent(
            found ->
                systemAccount.close(
                    observed.cluster(), other.get().pod(), found.serverId(), found.cids()));
  }

  private void triggerKubeletSync(ObservedServer server, Push push) {
    applier.triggerKubeletSync(server, push);
    meters.countAttempt(push);
  }

  private void remember(ClusterDecision decision, ObservedCluster observed) {
    String cluster = uid(observed.cluster());
    Map<String, Push> pushes = decision.plan().pushes();
    meters.timeConfirmed(memory.pushes(cluster), pushes, memory.confirmed(cluster).keySet());
    memory.remember(cluster, pushes);
    memory.confirm(cluster, observed.serverUids(), pushes, decision.users());
  }

  private static boolean reloadedByUs(ObservedServer server) {
    return server.varz().isPresent()
        && server.reloadedBy().filter(ReloadMethod.OPERATOR::equals).isPresent();
  }

  private static String uid(NatsCluster cluster) {
    return cluster.getMetadata().getUid();
  }
}
