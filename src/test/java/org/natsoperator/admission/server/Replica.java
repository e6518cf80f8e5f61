package org.natsoperator.admission.server;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.stream.Stream;
import org.natsoperator.admission.review.AdmissionHandler;
import org.natsoperator.admission.review.AdmissionRequest;
import org.natsoperator.admission.review.AdmissionResponse;
import org.natsoperator.admission.review.WebhookPaths;
import org.natsoperator.testing.Sandbox;
import org.natsoperator.validation.FieldError;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;

/**
 * The part of an operator that serves webhooks, with handlers for tests: PODS adds an annotation,
 * ROLES rejects.
 */
public record Replica(ConfigurableApplicationContext context) implements AutoCloseable {

  static final String FAILING = "test/failing";
  static final String ENDLESS = "test/endless";
  static final String SLOW = "test/slow";
  static final String LONG = "test/long";

  /** A review that each of the handlers can answer. */
  public static final String REVIEW =
      HostileBodies.review("\"uid\": \"7\", \"operation\": \"CREATE\", \"object\": {}");

  /** More than twice the timeout between two pieces of a request. */
  static final Duration LONG_TIME = Duration.ofSeconds(11);

  /** One permit for each review of LONG that has started. */
  static final Semaphore LONG_UNDER_WAY = new Semaphore(0);

  /** One permit for each review of SLOW that has started. */
  static final Semaphore SLOW_UNDER_WAY = new Semaphore(0);

  static final CountDownLatch SLOW_MAY_END = new CountDownLatch(1);

  /** Starts a replica that uses objects of the given name in a namespace. */
  public static Replica start(String namespace, String name, String... properties) {
    return start(Parts.class, namespace, name, properties);
  }

  static Replica start(Class<?> parts, String namespace, String name, String... properties) {
    Stream<String> all =
        Stream.concat(
            Stream.of(
                "spring.main.banner-mode=off",
                "operator.namespace=" + namespace,
                "operator.webhooks.enabled=true",
                "operator.webhooks.port=0",
                "operator.webhooks.configuration=" + name,
                "operator.webhooks.secret=" + name),
            Stream.of(properties));
    return new Replica(
        new SpringApplicationBuilder(parts)
            .web(WebApplicationType.NONE)
            .registerShutdownHook(false)
            .run(all.map("--"::concat).toArray(String[]::new)));
  }

  /** Starts a replica without shutdown delay and waits until it answers. */
  static Replica startAndAwaitAnswers(Sandbox sandbox) {
    String name = sandbox.namespace();
    Replica replica = start(name, name, "operator.webhooks.shutdown-delay=0s");
    replica.awaitAnswers(sandbox);
    return replica;
  }

  /** Posts to CLUSTERS until a response has arrived; its Secret is named like the namespace. */
  public void awaitAnswers(Sandbox sandbox) {
    String name = sandbox.namespace();
    await()
        .ignoreExceptions()
        .until(
            () ->
                new Caller(sandbox.client(), name, port())
                        .post(WebhookPaths.CLUSTERS, REVIEW)
                        .statusCode()
                    == 200);
  }

  int port() {
    return context.getBean(WebhookServer.class).port();
  }

  boolean isReady() {
    return context
        .getBean("webhooks", HealthIndicator.class)
        .health()
        .getStatus()
        .equals(Status.UP);
  }

  public MeterRegistry meters() {
    return context.getBean(MeterRegistry.class);
  }

  /** Number of requests to one webhook that arrived so far. */
  double requests(String path) {
    return meters().find("nats.operator.webhook.requests").tag("webhook", path).counters().stream()
        .mapToDouble(Counter::count)
        .sum();
  }

  @Override
  public void close() {
    context.close();
  }

  @Import(WebhookParts.class)
  static class Parts {

    @Bean(WebhookPaths.PODS)
    AdmissionHandler pods() {
      return request -> {
        var add =
            JsonNodeFactory.instance
                .objectNode()
                .put("op", "add")
                .put("path", "/metadata/annotations");
        add.putObject("value").put("reviewed", "yes");
        return new AdmissionResponse(
            List.of(), List.of("a warning"), Map.of("reviewed", "yes"), List.of(add));
      };
    }

    @Bean(WebhookPaths.ROLES)
    AdmissionHandler roles() {
      return request ->
          new AdmissionResponse(
              List.of(new FieldError("data.a", "is odd"), new FieldError("data.b", "is missing")),
              List.of(),
              Map.of(),
              List.of());
    }

    @Bean(WebhookPaths.CLUSTERS)
    AdmissionHandler clusters() {
      return request -> AdmissionResponse.allowed();
    }

    @Bean(FAILING)
    AdmissionHandler failing() {
      return request -> {
        throw new IllegalStateException("s3cret");
      };
    }

    @Bean(ENDLESS)
    AdmissionHandler endless() {
      return this::recurse;
    }

    private AdmissionResponse recurse(AdmissionRequest request) {
      return recurse(request);
    }

    @Bean(LONG)
    AdmissionHandler sleeping() {
      return request -> {
        LONG_UNDER_WAY.release();
        try {
          Thread.sleep(LONG_TIME);
          return AdmissionResponse.allowed();
        } catch (InterruptedException e) {
          throw new IllegalStateException(e);
        }
      };
    }

    @Bean(SLOW)
    AdmissionHandler slow() {
      return request -> {
        SLOW_UNDER_WAY.release();
        try {
          SLOW_MAY_END.await();
          return AdmissionResponse.allowed();
        } catch (InterruptedException e) {
          throw new IllegalStateException(e);
        }
      };
    }
  }
}
