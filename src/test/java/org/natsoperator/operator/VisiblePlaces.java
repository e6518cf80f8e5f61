package org.natsoperator.operator;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.events.v1.Event;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.natsoperator.admission.inject.Pods;
import org.natsoperator.admission.review.AdmissionHandler;
import org.natsoperator.admission.review.AdmissionRequest;
import org.natsoperator.admission.review.AdmissionRequestFixture;
import org.natsoperator.admission.review.AdmissionResponse;
import org.natsoperator.admission.review.AdmissionReviewWriter;
import org.natsoperator.admission.review.WebhookPaths;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.api.NatsServiceRole;
import org.natsoperator.testing.Actuator;
import org.natsoperator.testing.Manifests;
import org.natsoperator.testing.OperatorTest;
import org.natsoperator.testing.Sandbox;

/**
 * Everything that the operator shows, except for its log: objects, admission responses and actuator
 * endpoints.
 */
final class VisiblePlaces {

  private static final List<Class<? extends HasMetadata>> KINDS =
      List.of(
          NatsCluster.class,
          NatsServiceRole.class,
          Event.class,
          StatefulSet.class,
          Service.class,
          ServiceAccount.class,
          NetworkPolicy.class,
          PodDisruptionBudget.class,
          ConfigMap.class,
          Lease.class);

  private final Sandbox sandbox;
  private final Actuator actuator;
  private final Map<String, AdmissionHandler> webhooks;
  private final Map<String, String> texts = new TreeMap<>();

  VisiblePlaces(Sandbox sandbox, int port, Map<String, AdmissionHandler> webhooks) {
    this.sandbox = sandbox;
    this.actuator = new Actuator("http://localhost:" + port + "/actuator");
    this.webhooks = webhooks;
  }

  /** Returns the current text of each place, by its name. */
  Map<String, String> texts() {
    for (String namespace : List.of(sandbox.namespace(), OperatorTest.NAMESPACE)) {
      KINDS.forEach(kind -> addObjects(kind, namespace));
      addSecretMetadata(namespace);
    }
    addAdmissionResponses();
    addEndpoints();
    return texts;
  }

  private void addObjects(Class<? extends HasMetadata> kind, String namespace) {
    var objects = sandbox.client().resources(kind).inNamespace(namespace).list();
    texts.put(kind.getSimpleName() + " objects in " + namespace, Serialization.asJson(objects));
  }

  private void addSecretMetadata(String namespace) {
    var metadata =
        sandbox.client().secrets().inNamespace(namespace).list().getItems().stream()
            .map(HasMetadata::getMetadata)
            .toList();
    texts.put("the metadata of Secrets in " + namespace, Serialization.asJson(metadata));
  }

  private void addAdmissionResponses() {
    addResponse(
        "a client pod", WebhookPaths.PODS, "Pod", Pods.withSpec("{containers: [{name: a}]}"));
    addResponse("the cluster", WebhookPaths.CLUSTERS, "NatsCluster", tree(Manifests.cluster()));
    for (String subject : List.of("foo", "foo.b*r", "foo..bar")) {
      JsonNode role = tree(Manifests.role("nats-user", subject));
      addResponse("a role for " + subject, WebhookPaths.ROLES, "NatsServiceRole", role);
    }
  }

  private void addResponse(String name, String path, String kind, JsonNode object) {
    AdmissionRequest request =
        AdmissionRequestFixture.create(kind, object).namespace(sandbox.namespace()).build();
    AdmissionResponse response = webhooks.get(path).handle(request);
    String review =
        new String(AdmissionReviewWriter.write(request, response), StandardCharsets.UTF_8);
    texts.put("the admission response for " + name, review + response.patch());
  }

  private void addEndpoints() {
    Pods.read(actuator.get(""))
        .path("_links")
        .forEach(
            link -> {
              String path = link.path("href").asText().replaceFirst("^.*/actuator", "");
              if (!link.path("templated").asBoolean()) {
                texts.put("/actuator" + path, actuator.get(path));
              }
            });
    for (String group : List.of("liveness", "readiness")) {
      texts.put("/actuator/health/" + group, actuator.get("/health/" + group));
    }
  }

  private static JsonNode tree(String manifest) {
    return Serialization.unmarshal(manifest, JsonNode.class);
  }
}
