package org.natsoperator.testing;

import static org.natsoperator.testing.Manifests.CLUSTER;

import io.fabric8.kubernetes.client.dsl.ExecWatch;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A client pod on the {@link Node} that mounts the token of its ServiceAccount as in 2018. */
public record ClientPod(Sandbox sandbox, String name) {

  private static final int TIMEOUT_SECONDS = 180;

  /** Starts a pod of this ServiceAccount. */
  public static ClientPod start(Sandbox sandbox, String serviceAccount) {
    ClientPod pod = new ClientPod(sandbox, serviceAccount + "-pod");
    sandbox.apply(manifest(pod.name, serviceAccount));
    sandbox
        .client()
        .pods()
        .inNamespace(sandbox.namespace())
        .withName(pod.name)
        .waitUntilReady(TIMEOUT_SECONDS, TimeUnit.SECONDS);
    return pod;
  }

  /** The token that the pod sees now. */
  public String token() {
    ByteArrayOutputStream output = new ByteArrayOutputStream();
    try (ExecWatch cat =
        sandbox
            .client()
            .pods()
            .inNamespace(sandbox.namespace())
            .withName(name)
            .writingOutput(output)
            .exec("cat", "/var/run/secrets/nats.io/token")) {
      cat.exitCode().get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
      return output.toString(StandardCharsets.UTF_8);
    } catch (ExecutionException | TimeoutException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static String manifest(String name, String serviceAccount) {
    return """
    apiVersion: v1
    kind: Pod
    metadata:
      name: %1$s
      labels: {nats_cluster: %3$s}
    spec:
      serviceAccountName: %2$s
      terminationGracePeriodSeconds: 0
      containers:
      - name: client
        image: natsio/nats-box:0.19.0
        command: [sleep, "3600"]
        volumeMounts:
        - {name: token, mountPath: /var/run/secrets/nats.io}
      volumes:
      - name: token
        secret: {secretName: %2$s-%3$s-bound-token}
    """
        .formatted(name, serviceAccount, CLUSTER);
  }
}
