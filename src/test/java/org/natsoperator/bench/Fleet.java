package org.natsoperator.bench;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.api.NatsServiceRole;

/** Many clusters of three servers, each in its own namespace, all with the same number of roles. */
record Fleet(KubernetesClient client, int clusters, int rolesEach) {

  private static final String NAME = "nats";

  void create() throws Exception {
    Manifest.namespace(OperatorProcess.NAMESPACE).applyTo(client);
    List<Tasks.Task> tasks = new ArrayList<>();
    for (int i = 0; i < clusters; i++) {
      String namespace = "fleet-" + i;
      tasks.add(() -> create(namespace));
    }
    Tasks.all(tasks);
  }

  private void create(String namespace) {
    Manifest.namespace(namespace).applyTo(client);
    Manifest.of(
            """
            apiVersion: nats.io/v1alpha2
            kind: NatsCluster
            metadata: {name: %s, namespace: %s}
            spec: {size: 3, pod: {enableConfigReload: true}, auth: {enableServiceAccounts: true}}
            """
                .formatted(NAME, namespace))
        .applyTo(client);
    for (int i = 0; i < rolesEach; i++) {
      Manifest.roleWithAccount(namespace, "user-" + i, NAME, "greetings", "subject." + i)
          .applyTo(client);
    }
  }

  /**
   * The resourceVersions of all objects that the operator reads or writes, except for the Lease.
   */
  Map<String, String> versions() {
    Map<String, String> versions = new TreeMap<>();
    Stream.<List<? extends HasMetadata>>of(
            client.resources(NatsCluster.class).inAnyNamespace().list().getItems(),
            client.resources(NatsServiceRole.class).inAnyNamespace().list().getItems(),
            client.serviceAccounts().inAnyNamespace().list().getItems(),
            client.secrets().inAnyNamespace().list().getItems(),
            client.services().inAnyNamespace().list().getItems(),
            client.apps().statefulSets().inAnyNamespace().list().getItems(),
            client.policy().v1().podDisruptionBudget().inAnyNamespace().list().getItems(),
            client.network().v1().networkPolicies().inAnyNamespace().list().getItems(),
            client.events().v1().events().inAnyNamespace().list().getItems())
        .flatMap(List::stream)
        .forEach(object -> versions.put(name(object), object.getMetadata().getResourceVersion()));
    return versions;
  }

  private static String name(HasMetadata object) {
    return "%s %s/%s"
        .formatted(
            object.getKind(), object.getMetadata().getNamespace(), object.getMetadata().getName());
  }
}
