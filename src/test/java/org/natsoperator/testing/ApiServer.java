package org.natsoperator.testing;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A real API server with the operator's CRDs, shared by all tests of a run. No controllers run:
 * nothing creates pods or collects garbage. Tests take a {@link Sandbox} as parameter.
 */
public final class ApiServer extends Sandboxes {

  private static final List<String> CRDS =
      List.of("natsclusters.nats.io-v1.yml", "natsserviceroles.nats.io-v1.yml");

  private static ApiServerProcess process;
  private static KubernetesClient client;

  @Override
  void start() {
    startOnce();
  }

  @Override
  Sandbox create() {
    return Sandbox.create(client, process.kubeconfig());
  }

  private static synchronized void startOnce() {
    if (process != null) {
      return;
    }
    process = ApiServerProcess.start("api-server");
    // fabric8 finds its cluster by this property, also in the operator under test.
    System.setProperty(Config.KUBERNETES_KUBECONFIG_FILE, process.kubeconfig().toString());
    client = clientOf(process);
  }

  /** A client with all permissions, after it created the operator's CRDs. */
  static KubernetesClient clientOf(ApiServerProcess apiServer) {
    KubernetesClient client =
        new KubernetesClientBuilder()
            .withConfig(Config.fromKubeconfig(apiServer.kubeconfig().toFile()))
            .withKubernetesSerialization(anyValue())
            .build();
    CRDS.forEach(file -> install(client, file));
    return client;
  }

  private static KubernetesSerialization anyValue() {
    StreamReadConstraints constraints =
        StreamReadConstraints.builder()
            .maxNestingDepth(Integer.MAX_VALUE)
            .maxNameLength(Integer.MAX_VALUE)
            .build();
    JsonFactory json = JsonFactory.builder().streamReadConstraints(constraints).build();
    return new KubernetesSerialization(new ObjectMapper(json), true);
  }

  private static void install(KubernetesClient client, String file) {
    var yaml = ApiServer.class.getResourceAsStream("/META-INF/fabric8/" + file);
    CustomResourceDefinition crd =
        client.apiextensions().v1().customResourceDefinitions().load(yaml).serverSideApply();
    client
        .resource(crd)
        .waitUntilCondition(
            now ->
                now.getStatus() != null
                    && now.getStatus().getConditions() != null
                    && now.getStatus().getConditions().stream()
                        .anyMatch(
                            condition ->
                                condition.getType().equals("Established")
                                    && condition.getStatus().equals("True")),
            60,
            TimeUnit.SECONDS);
  }
}
