package org.natsoperator.bench;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Measures in the cheapest order and prints the rows in the order of their numbers.
 *
 * <p>Arguments: the API server's audit log, the user name of the operator there, and the measures
 * to take, separated by blanks. Without measures, all are taken.
 */
final class Bench {

  private static final int EDITS = 20;

  private final BenchCluster cluster;
  private final InstalledOperator operator;
  private final AuditLog log;
  private final String user;
  private final Table table;

  private Bench(BenchCluster cluster, AuditLog log, String user, Table table) {
    this.cluster = cluster;
    this.operator = new InstalledOperator(cluster.client());
    this.log = log;
    this.user = user;
    this.table = table;
  }

  static void main(String[] arguments) throws Exception {
    Table table =
        new Table(
            arguments.length < 3 || arguments[2].isBlank()
                ? List.of()
                : List.of(arguments[2].split(" ")));
    try (KubernetesClient client = new KubernetesClientBuilder().build();
        BenchCluster cluster = new BenchCluster(client)) {
      Bench bench = new Bench(cluster, new AuditLog(Path.of(arguments[0])), arguments[1], table);
      bench.starts();
      bench.fewRoles();
      bench.changes();
      bench.manyRoles();
      bench.reviews();
      table.addAll(19, "callout", () -> bench.callout(client));
    }
    table.add(12, "restart", () -> OperatorRestart.measure(50, 1000));
    table.addAll(18, "fleet", () -> LargeFleetRun.secrets().rows());
    table.addAll(20, "calloutfleet", () -> LargeFleetRun.projected().rows());
    table.print();
  }

  /** The operator may use every processor, as in the measurement that this one is compared with. */
  private List<String> callout(KubernetesClient client) throws Exception {
    operator.unlimitProcessors();
    try (ProjectedCluster cluster = new ProjectedCluster(client)) {
      cluster.createUser("user", "greetings");
      List<String> rows = new ArrayList<>(CalloutChanges.measure(cluster));
      rows.addAll(CalloutLogins.measure(cluster));
      rows.forEach(System.out::println);
      rows.addAll(CalloutReconnects.measure(cluster, operator));
      return rows;
    }
  }

  private void starts() throws Exception {
    operator.checkAotCache();
    table.add(4, "start", () -> OperatorStart.measure(operator, 5));
    table.add(13, "idle", () -> Memory.measure(operator, "without clusters"));
    table.add(3, "cluster", () -> ClusterStart.measure(cluster, 5));
    cluster.create();
  }

  private void fewRoles() throws Exception {
    table.add(1, "edit", () -> RoleEdit.measure(cluster, EDITS, ""));
    table.add(2, "delete", () -> RoleDelete.measure(cluster, EDITS));
    ServerChange.prepare(cluster);
    table.add(8, "requests", () -> ApiRequests.measure(cluster, log, user, 3, "2 roles"));
  }

  private void changes() throws Exception {
    table.add(10, "scale", () -> ServerChange.measure(cluster, "scale 3 → 5", "{\"size\": 5}"));
    table.add(10, "scale", () -> ServerChange.measure(cluster, "scale 5 → 3", "{\"size\": 3}"));
    table.add(11, "version", () -> version("2.15.3", "2.10.27"));
    table.add(11, "version", () -> version("2.10.27", "2.15.3"));
  }

  private String version(String from, String to) throws Exception {
    return ServerChange.measure(
        cluster, "version " + from + " → " + to, "{\"version\": \"" + to + "\"}");
  }

  /** Each measure adds the roles that it needs, so that each can be run separately. */
  private void manyRoles() throws Exception {
    try (ManyRoles roles = new ManyRoles(cluster, 2)) {
      table.add(6, "edit50", () -> edit(roles, 50));
      table.add(9, "requests", () -> requests(roles, 50));
      table.add(5, "memory", () -> memory(roles, 100));
      table.add(17, "memory500", () -> growth(roles, 500));
      table.add(17, "memory500", () -> memory(roles, 500));
      table.add(7, "edit500", () -> edit(roles, 500));
    }
  }

  /** This runs last: from here on the operator may use every processor. */
  private void reviews() throws Exception {
    table.addAll(14, "reviews", () -> Reviews.measure(operator));
    table.add(15, "pods", () -> PodCreation.measure(cluster));
    table.add(
        16, "reviews", () -> Memory.measure(operator, "after these reviews and a body of 60 MB"));
  }

  private String edit(ManyRoles roles, int count) throws Exception {
    roles.growTo(count);
    return RoleEdit.measure(cluster, EDITS / 2, ", " + count + " roles");
  }

  private String requests(ManyRoles roles, int count) throws Exception {
    roles.growTo(count);
    return ApiRequests.measure(cluster, log, user, 3, count + " roles in 6 namespaces");
  }

  private String growth(ManyRoles roles, int count) throws Exception {
    return Memory.maximum(
        operator, "while " + count + " roles are applied", () -> roles.growTo(count));
  }

  private String memory(ManyRoles roles, int count) throws Exception {
    roles.growTo(count);
    return Memory.measure(operator, "with " + count + " roles");
  }
}
