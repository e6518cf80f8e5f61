package org.natsoperator.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.springframework.core.io.ClassPathResource;

/** Reads the environment variables of the chart with the operator's own application.yaml. */
class OperatorPropertiesTest {

  @Test
  void watchesAllNamespacesWithoutNetworkPoliciesByDefault() throws IOException {
    OperatorProperties properties = properties(Map.of());

    assertThat(properties.namespace()).isEqualTo("default");
    assertThat(properties.watchNamespaces()).isEmpty();
    assertThat(properties.networkPolicy().enabled()).isFalse();
    assertThat(properties.imageRegistry()).isEqualTo(ImageRegistry.OF_RUNTIME);
    assertThat(properties.imagePullSecrets().names()).isEmpty();
  }

  @Test
  void readsRegistryWithoutSlashAtItsEnd() throws IOException {
    assertThat(properties(Map.of("OPERATOR_IMAGE_REGISTRY", "example.com/a/")).imageRegistry())
        .isEqualTo(new ImageRegistry("example.com/a"));
  }

  @Test
  void readsPullSecretsSeparatedByCommas() throws IOException {
    assertThat(pullSecrets("")).isEmpty();
    assertThat(pullSecrets("b, a.example,b")).containsExactly("b", "a.example");
  }

  @Test
  void rejectsInvalidPullSecretWithValueAndRemedy() {
    assertThatThrownBy(() -> pullSecrets("a,My_Secret"))
        .hasStackTraceContaining(
            "OPERATOR_IMAGE_PULL_SECRETS: \"My_Secret\" is not a valid name of a Secret; use");
  }

  @Test
  void readsNamespacesSeparatedByCommas() throws IOException {
    assertThat(properties(Map.of("OPERATOR_WATCH_NAMESPACES", "")).watchNamespaces()).isEmpty();
    assertThat(properties(Map.of("OPERATOR_WATCH_NAMESPACES", "one")).watchNamespaces())
        .containsExactly("one");
    assertThat(properties(Map.of("OPERATOR_WATCH_NAMESPACES", "one, two")).watchNamespaces())
        .containsExactlyInAnyOrder("one", "two");
  }

  @Test
  void readsNetworkPolicyAsJson() throws IOException {
    String json = "{\"enabled\":true,\"monitoringFrom\":[{\"ipBlock\":{\"cidr\":\"10.0.0.0/8\"}}]}";
    NetworkPolicySettings settings =
        properties(Map.of("OPERATOR_NETWORK_POLICY", json)).networkPolicy();

    assertThat(settings.enabled()).isTrue();
    assertThat(settings.monitoringFrom())
        .extracting(peer -> peer.getIpBlock().getCidr())
        .containsExactly("10.0.0.0/8");
  }

  @Test
  void rejectsInvalidJsonWithNameOfVariable() {
    assertThatThrownBy(() -> properties(Map.of("OPERATOR_NETWORK_POLICY", "true")))
        .hasStackTraceContaining("OPERATOR_NETWORK_POLICY must be {");
  }

  @Test
  void readsPortsOfPod() throws IOException {
    Binder binder = binder(Map.of("SERVER_PORT", "9090", "OPERATOR_WEBHOOKS_PORT", "10250"));

    assertThat(binder.bind("server.port", Integer.class).get()).isEqualTo(9090);
    assertThat(binder.bindOrCreate("operator.webhooks", WebhookProperties.class).port())
        .isEqualTo(10250);
  }

  private static List<String> pullSecrets(String names) throws IOException {
    return properties(Map.of("OPERATOR_IMAGE_PULL_SECRETS", names)).imagePullSecrets().names();
  }

  private static OperatorProperties properties(Map<String, Object> variables) throws IOException {
    return binder(variables).bindOrCreate("operator", OperatorProperties.class);
  }

  private static Binder binder(Map<String, Object> variables) throws IOException {
    var environment = new StandardEnvironment();
    var sources = environment.getPropertySources();
    sources.forEach(source -> sources.remove(source.getName()));
    sources.addLast(new SystemEnvironmentPropertySource("systemEnvironment", variables));
    new YamlPropertySourceLoader()
        .load("application", new ClassPathResource("application.yaml"))
        .forEach(sources::addLast);
    return Binder.get(environment);
  }
}
