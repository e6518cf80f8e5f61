package org.natsoperator.cluster.resources;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.testing.Clusters;
import org.natsoperator.testing.FieldOwners;

class ForeignFieldsTest {

  private static final NatsCluster CLUSTER = Clusters.walkthrough("2.15.3");
  private static final Service RENDERED = ClientService.of(CLUSTER);

  private static final String RANGES = "service.beta.kubernetes.io/load-balancer-source-ranges";

  @Test
  void acceptsServiceAsApplied() {
    Service live = service("'f:spec': {'f:type': {}, 'f:selector': {}, 'f:ports': {}}");

    assertThat(ForeignFields.in(live, RENDERED)).isEmpty();
  }

  @Test
  void removesLaterPortFirst() {
    String port = "'k:{\"port\":%d,\"protocol\":\"TCP\"}': {'.': {}, 'f:port': {}}";
    String ports = port.formatted(1) + ", " + port.formatted(2);
    Service live =
        service("'f:spec': {'f:externalIPs': {}, 'f:ports': {%s}}".formatted(ports), 1, 2);

    ForeignFields foreign = ForeignFields.in(live, RENDERED).orElseThrow();
    assertThat(foreign.names())
        .containsExactly("spec.externalIPs", "spec.ports[1/TCP]", "spec.ports[2/TCP]");
    assertThat(foreign.patch())
        .isEqualTo(
            """
            [{"op":"replace","path":"/metadata/resourceVersion","value":"7"},\
            {"op":"replace","path":"/spec/type","value":"ClusterIP"},\
            {"op":"remove","path":"/spec/externalIPs"},\
            {"op":"remove","path":"/spec/ports/2"},\
            {"op":"remove","path":"/spec/ports/1"}]\
            """);
  }

  /** The API server rejects an externalName that is removed without another type. */
  @Test
  void restoresTypeTogetherWithRemoval() {
    Service live = service("'f:spec': {'f:type': {}, 'f:externalName': {}}");
    Service headless = ManagementService.of(CLUSTER);

    assertThat(ForeignFields.in(live, headless).orElseThrow().patch())
        .contains(
            """
            {"op":"replace","path":"/spec/type","value":"ClusterIP"},\
            {"op":"add","path":"/spec/clusterIP","value":"None"},\
            {"op":"remove","path":"/spec/externalName"}\
            """);
  }

  @Test
  void escapesNameOfAnnotation() {
    Service live =
        service("'f:metadata': {'f:annotations': {'f:%s': {}, 'f:theirs': {}}}".formatted(RANGES));

    ForeignFields foreign = ForeignFields.in(live, RENDERED).orElseThrow();
    assertThat(foreign.names()).containsExactly("metadata.annotations." + RANGES);
    assertThat(foreign.patch()).contains("/metadata/annotations/" + RANGES.replace("/", "~1"));
  }

  /** Users can edit {@code managedFields}. */
  @Test
  void findsFieldsOfServiceWithoutOwner() {
    Service live =
        new ServiceBuilder(service("", 1))
            .editMetadata()
            .addToAnnotations(RANGES, "10.0.0.0/8")
            .endMetadata()
            .editSpec()
            .withExternalName("evil.example.com")
            .withExternalIPs("192.0.2.1")
            .withLoadBalancerSourceRanges("10.0.0.0/8")
            .withPublishNotReadyAddresses(true)
            .endSpec()
            .build();

    assertThat(ForeignFields.in(live, RENDERED).orElseThrow().names())
        .containsExactlyInAnyOrder(
            "spec.externalIPs",
            "spec.externalName",
            "spec.loadBalancerSourceRanges",
            "spec.ports[1/TCP]",
            "spec.publishNotReadyAddresses",
            "metadata.annotations." + RANGES);
  }

  @Test
  void otherKindsMayHaveForeignFields() {
    Secret secret = new Secret();

    assertThat(ForeignFields.in(secret, secret)).isEmpty();
  }

  private static Service service(String theirs, int... ports) {
    return new ServiceBuilder(RENDERED)
        .editMetadata()
        .addToAnnotations(theirs.contains(RANGES) ? Map.of(RANGES, "10.0.0.0/8") : Map.of())
        .withResourceVersion("7")
        .withManagedFields(
            FieldOwners.operator(
                """
                {"f:metadata": {"f:labels": {"f:app": {}}}, "f:spec": {"f:type": {}, "f:selector": {},
                  "f:ports": {'k:{"port":4222,"protocol":"TCP"}': {".": {}, "f:port": {}}}}}
                """),
            FieldOwners.other("kubectl", "{%s}".formatted(theirs)))
        .endMetadata()
        .editSpec()
        .withExternalName(theirs.contains("f:externalName") ? "evil.example.com" : null)
        .withExternalIPs(theirs.contains("f:externalIPs") ? List.of("192.0.2.1") : List.of())
        .addAllToPorts(
            IntStream.of(ports)
                .mapToObj(port -> ManagementService.port("theirs", port, "tcp"))
                .toList())
        .endSpec()
        .build();
  }
}
