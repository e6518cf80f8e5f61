package org.natsoperator.bench;

import static org.natsoperator.api.AuthPolicy.BOUND_SECRET;
import static org.natsoperator.api.AuthPolicy.PROJECTED;
import static org.natsoperator.api.RoleReasons.IN_FORCE;
import static org.natsoperator.api.RoleReasons.NOT_IN_FORCE;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.natsoperator.api.NatsServiceRole;
import org.natsoperator.api.NatsServiceRoleSpec;
import org.natsoperator.api.Permissions;
import org.natsoperator.api.RoleReasons;
import org.natsoperator.testing.LoopbackServer;

/**
 * Creates a large fleet, edits one of its roles, and restarts the operator. Only the first cluster
 * has a server, because nothing runs those of the others.
 */
final class LargeFleetRun {

  /** All times are printed only: they depend on the machine. */
  private static final Duration LONG = Duration.ofMinutes(10);

  /** Supports projected tokens. */
  private static final String VERSION = "2.15.3";

  private static final int EDITS = 10;
  private static final int SECONDS_BETWEEN = 2;
  private static final int SECONDS_TO_SETTLE = 20;
  private static final int SECONDS_OF_PAUSE = 5;

  private final StandaloneApiServer server;
  private final LargeFleet fleet;
  private final List<String> rows = new ArrayList<>();
  private long kills;
  private long writesAfterRestart;

  private LargeFleetRun(StandaloneApiServer server, LargeFleet fleet) {
    this.server = server;
    this.fleet = fleet;
  }

  /**
   * The result.
   *
   * @param rows of the table of figures
   * @param kills by the kernel because of the memory limit
   * @param writesAfterRestart requests of the restarted operator that change an object
   */
  record Result(List<String> rows, long kills, long writesAfterRestart) {}

  /** Eight clusters with a Secret for each role, and more ServiceAccounts and pods than roles. */
  static Result secrets() throws Exception {
    return of(client -> new LargeFleet(client, 8, 300, 5_000, 20_000, 10_000, 0, BOUND_SECRET));
  }

  /** The same with nearly all pods in one namespace, where more tokens are issued at the end. */
  static Result crowded() throws Exception {
    return of(client -> new LargeFleet(client, 8, 300, 5_000, 20_000, 300, 10_000, BOUND_SECRET));
  }

  /** One cluster, whose pods have tokens of their own. */
  static Result projected() throws Exception {
    return of(client -> new LargeFleet(client, 1, 100, 5_000, 5_000, 5_000, 0, PROJECTED));
  }

  private static Result of(Function<KubernetesClient, LargeFleet> fleet) throws Exception {
    try (StandaloneApiServer server = StandaloneApiServer.start()) {
      OperatorProcess.train(server);
      return new LargeFleetRun(server, fleet.apply(server.client())).run();
    }
  }

  private Result run() throws Exception {
    Manifest.namespace(OperatorProcess.NAMESPACE).applyTo(server.client());
    OperatorProcess.createWebhookConfigurations(server);
    try (LimitedOperator operator = LimitedOperator.start(server)) {
      operator.awaitReady();
      create(operator);
      bind(operator);
      edit(operator);
      if (fleet.crowd() > 0) {
        new CrowdedNamespace(server, operator, fleet.namespace(0)).issueTokens();
      }
      finish("memory before the restart", operator);
    }
    restart();
    return new Result(rows, kills, writesAfterRestart);
  }

  /** Roles first: they wait for their clusters. */
  private void create(LimitedOperator operator) throws Exception {
    long start = System.nanoTime();
    fleet.createNamespaces();
    if (fleet.crowd() > 0) {
      CrowdedNamespace.createUninjectedPod(server.client(), fleet.namespace(0));
    }
    fleet.createAccounts();
    fleet.createRoles();
    fleet.createPods();
    operator.awaitRoles(RoleReasons.CLUSTER_NOT_FOUND, fleet.roles(), LONG);
    row("all objects created, except the clusters", "%.0f s".formatted(Times.since(start)));
  }

  private void bind(LimitedOperator operator) throws Exception {
    long start = System.nanoTime();
    fleet.createClusters();
    operator.awaitRoles(fleet.hasPodTokens() ? IN_FORCE : NOT_IN_FORCE, fleet.roles(), LONG);
    row("clusters created → every role is bound", "%.0f s".formatted(Times.since(start)));
    awaitAnnotatedPods();
    row("clusters created → every client pod annotated", "%.0f s".formatted(Times.since(start)));
  }

  /** The operator annotates client pods in the background. */
  private void awaitAnnotatedPods() throws Exception {
    AuditLog log;
    do {
      log = server.auditLog().fromNow();
      TimeUnit.SECONDS.sleep(SECONDS_OF_PAUSE);
    } while (log.since(Instant.EPOCH, StandaloneApiServer.USER).stream()
        .anyMatch(request -> request.resource().equals("pods")));
  }

  private void edit(LimitedOperator operator) throws Exception {
    KubernetesClient client = server.client();
    var set =
        client.apps().statefulSets().inNamespace(fleet.namespace(0)).withName(LargeFleet.CLUSTER);
    long start = System.nanoTime();
    try (LoopbackServer nats = LoopbackServer.of(set.get(), VERSION, client)) {
      operator.awaitRoles(IN_FORCE, fleet.rolesOf(0), LONG);
      row(
          "server started → all %d roles of its cluster in force".formatted(fleet.rolesOf(0)),
          "%.0f s".formatted(Times.since(start)));
      List<Double> seconds = new ArrayList<>();
      for (int i = 0; i < EDITS; i++) {
        TimeUnit.SECONDS.sleep(SECONDS_BETWEEN);
        String subject = "edited." + i;
        seconds.add(
            fleet.hasPodTokens() ? editOfConnected(nats.address(), subject) : edit(subject));
      }
      rows.add(new Times(seconds).row(fleet.tokens() + ": role edited → in force on the server"));
    }
    // The server has ended, and the restarted operator must find no more changes.
    if (!fleet.hasPodTokens()) {
      operator.awaitRoles(NOT_IN_FORCE, fleet.roles(), LONG);
    }
  }

  /** Until a client that the edit disconnects may subscribe. */
  private double editOfConnected(String address, String subject) throws Exception {
    String token = fleet.tokenOfPod(0);
    try (RawClient client = RawClient.login(address, token)) {
      TimeUnit.SECONDS.sleep(SECONDS_BETWEEN);
      long start = System.nanoTime();
      role()
          .patch(
              PatchContext.of(PatchType.JSON_MERGE),
              "{\"spec\": {\"permissions\": {\"subscribe\": [\"%s\"]}}}".formatted(subject));
      CalloutChanges.awaitAllowed(client, address, token, subject);
      return Times.since(start);
    }
  }

  private Resource<NatsServiceRole> role() {
    return server
        .client()
        .resources(NatsServiceRole.class)
        .inNamespace(fleet.namespace(0))
        .withName(LargeFleet.account(0));
  }

  /** Until the role's status says that it is in force. */
  private double edit(String subject) {
    Resource<NatsServiceRole> role = role();
    long start = System.nanoTime();
    NatsServiceRole edited =
        role.edit(
            now -> {
              now.setSpec(
                  new NatsServiceRoleSpec(
                      new Permissions(List.of(subject), List.of(subject)), null));
              return now;
            });
    Long generation = edited.getMetadata().getGeneration();
    role.waitUntilCondition(now -> inForce(now, generation), LONG.toSeconds(), TimeUnit.SECONDS);
    return Times.since(start);
  }

  private static boolean inForce(NatsServiceRole role, Long generation) {
    return generation.equals(role.getStatus().observedGeneration())
        && "1/1".equals(role.getStatus().inForce());
  }

  private void restart() throws Exception {
    AuditLog log = server.auditLog().fromNow();
    try (LimitedOperator operator = LimitedOperator.start(server)) {
      double seconds = OperatorRestart.untilQuiet(log, operator.process());
      List<AuditLog.Request> requests =
          log.since(operator.process().started(), StandaloneApiServer.USER);
      System.out.println("restart: " + AuditLog.kinds(requests));
      writesAfterRestart = requests.stream().filter(AuditLog.Request::writes).count();
      row(
          "operator restarted",
          "no more requests after %.1f s; %d requests, %d writes; %s"
              .formatted(seconds, requests.size(), writesAfterRestart, operator.process().spent()));
      finish("memory after the restart", operator);
    }
  }

  private void finish(String when, LimitedOperator operator) throws Exception {
    TimeUnit.SECONDS.sleep(SECONDS_TO_SETTLE);
    row(
        when,
        "working set %d MiB, maximum %d MiB, resident %d MiB, old generation %d MiB"
            .formatted(
                operator.workingSetMiB(),
                operator.maximumMiB(),
                operator.process().residentMiB(),
                operator.tenuredMiB()));
    if (operator.ended()) {
      throw new IllegalStateException("the operator has ended: " + operator.lastLines());
    }
    kills += operator.kills();
  }

  private void row(String what, String measured) {
    System.out.println(what + ": " + measured);
    rows.add("| %s: %s | %s |".formatted(fleet.tokens(), what, measured));
  }
}
