package org.natsoperator.admission;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.natsoperator.admission.review.HttpError;
import org.natsoperator.admission.review.WebhookPaths;
import org.natsoperator.settings.WebhookProperties;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.availability.AvailabilityChangeEvent;
import org.springframework.boot.availability.ReadinessState;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.ApplicationListener;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.GenericApplicationContext;

class WebhookWarmupTest {

  private static final String REVIEWED = "samples reviewed";
  private static final String READY = "accepts traffic";

  private final Queue<String> events = new ConcurrentLinkedQueue<>();

  @Test
  void samplesAreValidRequestsOfEveryWebhook() {
    try (ConfigurableApplicationContext context = start(true, () -> null)) {
      Map<String, JsonNode> responses = responses(context.getBean(WebhookWarmup.class));
      assertThat(responses)
          .containsOnlyKeys(WebhookPaths.PODS, WebhookPaths.ROLES, WebhookPaths.CLUSTERS);
      assertThat(responses.get(WebhookPaths.PODS).path("patch").asText()).isNotEmpty();
      assertThat(responses.get(WebhookPaths.ROLES).at("/status/code").asInt()).isEqualTo(422);
      assertThat(responses.get(WebhookPaths.CLUSTERS).path("allowed").asBoolean()).isTrue();
    }
  }

  @Test
  void replicaReviewsSamplesBeforeItAcceptsTraffic() {
    try (ConfigurableApplicationContext context = start(true, () -> null)) {
      assertThat(events).containsExactly(REVIEWED, REVIEWED, REVIEWED, READY);
      assertThat(
              context
                  .getEnvironment()
                  .getProperty("management.endpoint.health.group.readiness.include"))
          .as("parts of the readiness probe")
          .contains("readinessState");
    }
  }

  @ParameterizedTest
  @MethodSource
  void failedWarmupDoesNotPreventReadiness(Supplier<Throwable> failure) {
    try (ConfigurableApplicationContext context = start(true, failure)) {
      assertThat(context.isActive()).isTrue();
      assertThat(events).containsExactly(READY);
    }
  }

  static Stream<Supplier<Throwable>> failedWarmupDoesNotPreventReadiness() {
    return Stream.of(
        () -> new IOException("no samples"),
        () -> new HttpError(HttpError.BAD_REQUEST, "unreadable sample"),
        NullPointerException::new,
        NoClassDefFoundError::new,
        StackOverflowError::new);
  }

  @Test
  void replicaWithoutWebhooksReviewsNothing() {
    try (ConfigurableApplicationContext context = start(false, () -> null)) {
      assertThat(context.isActive()).isTrue();
      assertThat(events).containsExactly(READY);
    }
  }

  private ConfigurableApplicationContext start(boolean enabled, Supplier<Throwable> failure) {
    ApplicationListener<AvailabilityChangeEvent<?>> listener =
        event -> {
          if (event.getState() == ReadinessState.ACCEPTING_TRAFFIC) {
            events.add(READY);
          }
        };
    return new SpringApplicationBuilder(Properties.class)
        .web(WebApplicationType.NONE)
        .registerShutdownHook(false)
        .listeners(listener)
        .initializers(context -> register((GenericApplicationContext) context, failure))
        .run("--operator.webhooks.enabled=" + enabled);
  }

  private void register(GenericApplicationContext context, Supplier<Throwable> failure) {
    context.registerBean(
        WebhookWarmup.class,
        () ->
            new WebhookWarmup(context.getBean(WebhookProperties.class)) {
              @Override
              Map<String, byte[]> reviewSamples() throws IOException, HttpError {
                Throwable thrown = failure.get();
                if (thrown != null) {
                  WebhookWarmupTest.<RuntimeException>rethrow(thrown);
                }
                Map<String, byte[]> responses = super.reviewSamples();
                events.add(REVIEWED);
                return responses;
              }
            });
  }

  @SuppressWarnings("unchecked")
  private static <T extends Throwable> void rethrow(Throwable failure) throws T {
    throw (T) failure;
  }

  private static Map<String, JsonNode> responses(WebhookWarmup warmup) {
    try {
      Map<String, JsonNode> responses = new HashMap<>();
      for (Map.Entry<String, byte[]> entry : warmup.reviewSamples().entrySet()) {
        JsonNode request = new ObjectMapper().readTree(entry.getValue());
        responses.put(entry.getKey(), request.path("response"));
      }
      return responses;
    } catch (IOException | HttpError e) {
      throw new IllegalStateException(e);
    }
  }

  @EnableConfigurationProperties(WebhookProperties.class)
  static class Properties {}
}
