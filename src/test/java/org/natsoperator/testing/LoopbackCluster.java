package org.natsoperator.testing;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSetStatus;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.natsoperator.config.Hash;
import org.natsoperator.config.Ports;
import org.natsoperator.config.ServerConfigFile;

/**
 * The server pods of a cluster without sidecars, for an API server without nodes. A thread creates
 * the pods like the StatefulSet controller. Like a kubelet it runs a real nats-server for each, on
 * a loopback address with the ports of a pod, and copies the file of the Secret. Nothing sends a
 * signal to the servers. Use it in a try block.
 */
public final class LoopbackCluster implements AutoCloseable {

  /** The last byte of the address of the server with ordinal 0. */
  static final int ORDINAL_ZERO = 150;

  private static final ObjectMapper JSON = new ObjectMapper();

  private final String name;
  private final Sandbox sandbox;
  private final IntFunction<String> addresses;
  private final String addition;
  private final List<String> flags;
  private final Map<String, LoopbackProcess> servers = new HashMap<>();
  private final Future<Void> kubernetes;
  private volatile boolean running = true;

  private LoopbackCluster(
      String name,
      Sandbox sandbox,
      IntFunction<String> addresses,
      String addition,
      List<String> flags) {
    this.name = name;
    this.sandbox = sandbox;
    this.addresses = addresses;
    this.addition = addition;
    this.flags = flags;
    FutureTask<Void> task = new FutureTask<>(this::run);
    Thread.ofPlatform().daemon().start(task);
    kubernetes = task;
  }

  /** The servers of this cluster, which may not exist yet. */
  public static LoopbackCluster of(String name, Sandbox sandbox) {
    return withAddition("", name, sandbox);
  }

  /** The same with a text at the end of each nats.conf, as if someone configured it by hand. */
  public static LoopbackCluster withAddition(String text, String name, Sandbox sandbox) {
    return new LoopbackCluster(name, sandbox, LoopbackCluster::loopbackAddress, text, List.of());
  }

  /** The same with flags for nats-server, which leave the file and its digest unchanged. */
  public static LoopbackCluster withFlags(List<String> flags, String name, Sandbox sandbox) {
    return new LoopbackCluster(name, sandbox, LoopbackCluster::loopbackAddress, "", flags);
  }

  /** The same with only one server, since there is only one IPv6 loopback address. */
  public static LoopbackCluster ofIpv6(String name, Sandbox sandbox) {
    return new LoopbackCluster(name, sandbox, ordinal -> "::1", "", List.of());
  }

  /** The address for clients of the server with this ordinal. */
  public static InetSocketAddress address(int ordinal) {
    return new InetSocketAddress(loopbackAddress(ordinal), Ports.CLIENT);
  }

  /** Builds these versions of nats-server now: that may take longer than a test's timeout. */
  public static void build(String... versions) {
    List.of(versions).forEach(LocalCluster::natsServer);
  }

  /** The pods by name. */
  public Map<String, Pod> pods() {
    return sandbox
        .client()
        .pods()
        .inNamespace(sandbox.namespace())
        .withLabels(Map.of("app", "nats", "nats_cluster", name))
        .list()
        .getItems()
        .stream()
        .collect(Collectors.toMap(pod -> pod.getMetadata().getName(), Function.identity()));
  }

  /** The UIDs of the pods by name; a restart of a server gives its pod another UID. */
  public Map<String, String> uids() {
    Map<String, String> uids = new HashMap<>();
    pods().forEach((pod, object) -> uids.put(pod, object.getMetadata().getUid()));
    return uids;
  }

  /** The number of servers that a server has a route to. */
  public int routes(Pod pod) throws IOException {
    String address = Ports.address(pod.getStatus().getPodIP(), Ports.MONITORING);
    return JSON.readTree(URI.create("http://" + address + "/varz").toURL()).get("remotes").asInt();
  }

  /** The page {@code /routez} with the subscriptions of the servers at the other ends. */
  public String subscriptionsOfRoutes(Pod pod) {
    String address = Ports.address(pod.getStatus().getPodIP(), Ports.MONITORING);
    try {
      return JSON.readTree(URI.create("http://" + address + "/routez?subs=1").toURL()).toString();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Fails if the thread has failed. */
  @Override
  public void close() throws InterruptedException {
    running = false;
    try {
      kubernetes.get(LoopbackProcess.START.toSeconds() + 30, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new IllegalStateException("the thread that runs the servers has failed", e);
    } finally {
      servers.values().forEach(LoopbackProcess::end);
      pods().values().forEach(pod -> sandbox.client().resource(pod).withGracePeriod(0).delete());
    }
  }

  private Void run() throws IOException, InterruptedException {
    try (ObjectChanges changes = new ObjectChanges(sandbox)) {
      while (running) {
        StatefulSet set = sandbox.statefulSet(name);
        if (set != null && observed(set)) {
          runPods(set);
        }
        changes.await(Duration.ofMillis(500));
      }
    }
    return null;
  }

  /** Whether the status is of the newest template; otherwise the next one will be. */
  private boolean observed(StatefulSet set) {
    StatefulSetStatus status = set.getStatus();
    boolean observed =
        set.getMetadata().getGeneration().equals(status.getObservedGeneration())
            && revision(set).equals(status.getUpdateRevision());
    if (!observed) {
      StatefulSetController.seeExactly(set, revision(set), sandbox.client());
    }
    return observed;
  }

  private static String revision(StatefulSet set) {
    return Hash.shortOf(Serialization.asJson(set.getSpec().getTemplate()));
  }

  private void runPods(StatefulSet set) throws IOException {
    Map<String, Pod> pods = pods();
    List<String> uids = pods.values().stream().map(pod -> pod.getMetadata().getUid()).toList();
    servers.entrySet().stream()
        .filter(server -> !uids.contains(server.getKey()))
        .map(Map.Entry::getValue)
        .forEach(LoopbackProcess::end);
    servers.keySet().retainAll(uids);
    List<String> wanted =
        IntStream.rangeClosed(1, set.getSpec().getReplicas())
            .mapToObj(ordinal -> name + "-" + ordinal)
            .toList();
    for (String pod : wanted) {
      if (!pods.containsKey(pod)) {
        start(set, pod);
      }
    }
    pods.values().stream()
        .filter(pod -> !wanted.contains(pod.getMetadata().getName()))
        .forEach(pod -> sandbox.client().resource(pod).withGracePeriod(0).delete());
    Map<String, ServerConfigFile> files = sandbox.configs(name);
    for (LoopbackProcess server : servers.values()) {
      server.copyFile(file(server.pod(), files));
    }
  }

  /** The Secret may be gone if the operator has changed the template meanwhile. */
  private void start(StatefulSet set, String podName) throws IOException {
    ServerConfigFile file = file(pod(set, podName), sandbox.configs(name));
    if (file != null) {
      Pod pod = sandbox.client().resource(pod(set, podName)).create();
      LoopbackProcess server = LoopbackProcess.start(pod, this::address, file, flags);
      servers.put(pod.getMetadata().getUid(), server);
      server.awaitReady();
      setReady(server);
    }
  }

  /** The operator may have deleted the pod meanwhile, or changed its annotations. */
  private void setReady(LoopbackProcess server) {
    try {
      LoopbackPods.writeStatus(server.ready(), sandbox.client());
    } catch (KubernetesClientException e) {
      if (e.getCode() != HttpURLConnection.HTTP_NOT_FOUND) {
        throw e;
      }
    }
  }

  private ServerConfigFile file(Pod pod, Map<String, ServerConfigFile> files) {
    ServerConfigFile file =
        files.get(pod.getSpec().getVolumes().getFirst().getSecret().getSecretName());
    return file == null || addition.isEmpty() ? file : new ServerConfigFile(file.text() + addition);
  }

  private static Pod pod(StatefulSet set, String podName) {
    return new PodBuilder(LoopbackPods.pod(set, 1))
        .editMetadata()
        .withName(podName)
        .addToLabels("controller-revision-hash", revision(set))
        .endMetadata()
        .build();
  }

  private static String loopbackAddress(int ordinal) {
    return LoopbackAddresses.of(ORDINAL_ZERO + ordinal);
  }

  private String address(String podName) {
    return addresses.apply(Integer.parseInt(podName.substring(podName.lastIndexOf('-') + 1)));
  }
}
