package org.natsoperator.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;

/** The review that an API server sends for a new client pod. */
final class ReviewBody {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int VARIABLES_OF_A_CONTAINER = 40;

  private ReviewBody() {}

  /**
   * A review of about this many bytes. It has two containers, and more containers and variables
   * until it is large enough.
   */
  static byte[] ofSize(int bytes) {
    ObjectNode review =
        JSON.createObjectNode()
            .put("apiVersion", "admission.k8s.io/v1")
            .put("kind", "AdmissionReview");
    ObjectNode request = review.putObject("request");
    request
        .put("uid", "705ab4f5-6393-11e8-b7cc-42010a800002")
        .put("operation", "CREATE")
        .put("namespace", BenchCluster.NAMESPACE);
    request.putObject("kind").put("group", "").put("version", "v1").put("kind", "Pod");
    request.putObject("resource").put("group", "").put("version", "v1").put("resource", "pods");
    request.putObject("userInfo").put("username", "bench");
    ObjectNode pod = request.putObject("object").put("apiVersion", "v1").put("kind", "Pod");
    pod.putObject("metadata")
        .put("name", "client")
        .putObject("labels")
        .put("nats_cluster", BenchCluster.NAME);
    ObjectNode spec = pod.putObject("spec").put("serviceAccountName", "user");
    var containers = spec.putArray("containers");
    ObjectNode container = containers.addObject().put("name", "c0").put("image", "client");
    for (int i = 1; bytesOf(review).length < bytes; i++) {
      if (i % VARIABLES_OF_A_CONTAINER == 0) {
        container = containers.addObject().put("name", "c" + i).put("image", "client");
      }
      container
          .withArray("env")
          .addObject()
          .put("name", "VARIABLE_" + i)
          .put("value", "a value of some length " + i);
    }
    return bytesOf(review);
  }

  private static byte[] bytesOf(ObjectNode review) {
    return review.toString().getBytes(StandardCharsets.UTF_8);
  }
}
