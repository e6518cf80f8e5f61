package org.natsoperator.bench;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.stream.IntStream;

/** Objects of a hostile tenant whose lists or names no real object has. */
record ObjectsOfManyParts(HostileObjects tenant) {

  /** A list of these has ten times the bytes of its text in memory. */
  private static final int SOURCES = 110_000;

  private static final int REFERENCES = 75_000;

  private static final int BYTES_OF_NAME = 1_200_000;

  /** ServiceAccounts with references to Secrets. */
  void createServiceAccounts(int from, int to) throws Exception {
    HostileObjects.each(
        from,
        to,
        i -> {
          ObjectNode account = tenant.object("v1", "ServiceAccount", "parts-" + i);
          ArrayNode secrets = account.putArray("secrets");
          IntStream.range(0, REFERENCES).forEach(j -> secrets.addObject().put("name", "a"));
          tenant.post("/api/v1", "serviceaccounts", account);
        });
  }

  /** Pods of clients with small sources of a volume. */
  void createClientPods(int from, int to) throws Exception {
    HostileObjects.each(
        from,
        to,
        i -> {
          ObjectNode pod = HostileObjects.withContainer(tenant.labelled("v1", "Pod", "parts-" + i));
          ArrayNode sources = volume(pod).putObject("projected").putArray("sources");
          IntStream.range(0, SOURCES)
              .forEach(j -> sources.addObject().putObject("secret").put("name", "a"));
          tenant.post("/api/v1", "pods", pod);
        });
  }

  /** Pods of clients with the name of a Secret or of an owner that no object can have. */
  void createClientPodsWithLongNames(int from, int to) throws Exception {
    String name = "a".repeat(BYTES_OF_NAME);
    HostileObjects.each(
        from,
        to,
        i -> {
          ObjectNode pod = HostileObjects.withContainer(tenant.labelled("v1", "Pod", "long-" + i));
          if (i % 2 == 0) {
            volume(pod).putObject("secret").put("secretName", name + "-bound-token");
          } else {
            ((ObjectNode) pod.get("metadata"))
                .putArray("ownerReferences")
                .addObject()
                .put("controller", true)
                .put("apiVersion", "example.com/v1")
                .put("kind", "Owner")
                .put("uid", "a")
                .put("name", name);
          }
          tenant.post("/api/v1", "pods", pod);
        });
  }

  private static ObjectNode volume(ObjectNode pod) {
    return ((ObjectNode) pod.get("spec")).putArray("volumes").addObject().put("name", "a");
  }
}
