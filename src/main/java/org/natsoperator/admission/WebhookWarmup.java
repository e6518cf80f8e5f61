package org.natsoperator.admission;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.natsoperator.access.ClusterReference;
import org.natsoperator.access.ClusterResolution;
import org.natsoperator.access.Identity;
import org.natsoperator.admission.inject.PodMutatingWebhook;
import org.natsoperator.admission.review.AdmissionHandler;
import org.natsoperator.admission.review.AdmissionRequest;
import org.natsoperator.admission.review.AdmissionReviewReader;
import org.natsoperator.admission.review.AdmissionReviewWriter;
import org.natsoperator.admission.review.HttpError;
import org.natsoperator.admission.review.WebhookPaths;
import org.natsoperator.admission.validate.NatsClusterWebhook;
import org.natsoperator.admission.validate.NatsServiceRoleWebhook;
import org.natsoperator.admission.validate.RoleDependencies;
import org.natsoperator.lookup.ClusterLookup;
import org.natsoperator.lookup.ObservedClient;
import org.natsoperator.settings.WebhookProperties;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.ApplicationRunner;
import org.springframework.stereotype.Component;

/**
 * Reviews sample objects at startup, so that the first real request does not wait for class
 * loading. Spring Boot accepts traffic only after this runner has returned. The samples use their
 * own handlers, without clusters, and no metric counts them.
 */
@Component
public class WebhookWarmup implements ApplicationRunner {

  private static final Logger LOG = LoggerFactory.getLogger(WebhookWarmup.class);
  private static final int ROUNDS = 3;

  private final WebhookProperties properties;

  private final Map<String, AdmissionHandler> handlers =
      Map.of(
          WebhookPaths.PODS, new PodMutatingWebhook(new NoClusters(), new SimpleMeterRegistry()),
          WebhookPaths.ROLES, new NatsServiceRoleWebhook(role -> RoleDependencies.UNKNOWN),
          WebhookPaths.CLUSTERS, new NatsClusterWebhook());

  WebhookWarmup(WebhookProperties properties) {
    this.properties = properties;
  }

  /** Never throws: a replica also becomes ready without a warm-up. */
  @Override
  public void run(ApplicationArguments arguments) {
    if (!properties.enabled()) {
      return;
    }
    try {
      for (int round = 0; round < ROUNDS; round++) {
        reviewSamples();
      }
      LOG.info("Webhook warm-up finished");
    } catch (IOException | HttpError | RuntimeException | LinkageError | StackOverflowError e) {
      LOG.atWarn()
          .addKeyValue("error", e.toString())
          .log("Webhook warm-up failed; the first requests take longer");
    }
  }

  /** Returns the responses by webhook path. */
  Map<String, byte[]> reviewSamples() throws IOException, HttpError {
    ObjectMapper json = new ObjectMapper();
    Map<String, byte[]> responses = new HashMap<>();
    try (InputStream samples = WebhookWarmup.class.getResourceAsStream("/admission/reviews.json")) {
      for (Map.Entry<String, JsonNode> sample : json.readTree(samples).properties()) {
        AdmissionHandler handler = handlers.get(sample.getKey());
        byte[] body = json.writeValueAsBytes(sample.getValue());
        AdmissionRequest request = AdmissionReviewReader.read(body, body.length, handler.parts());
        responses.put(
            sample.getKey(), AdmissionReviewWriter.write(request, handler.handle(request)));
      }
    }
    return responses;
  }

  private static final class NoClusters implements ClusterLookup {

    @Override
    public boolean watches(String namespace) {
      return true;
    }

    @Override
    public ObservedClient find(Identity client, ClusterReference cluster) {
      return new ObservedClient(
          client, cluster, Optional.empty(), ClusterResolution.of(cluster, Optional.empty()), true);
    }
  }
}
