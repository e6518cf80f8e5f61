package org.natsoperator.testing;

import io.fabric8.kubernetes.api.model.authentication.TokenRequest;
import io.fabric8.kubernetes.api.model.authentication.TokenRequestBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.List;

/** Tokens of client pods, as their kubelet requests them. */
public final class PodTokens {

  private PodTokens() {}

  /** A token of a pod for the cluster of {@link Manifests#cluster()}. */
  public static String of(Sandbox sandbox, String account, String pod) {
    return of(sandbox, account, pod, audience(sandbox));
  }

  /** A token of a pod with this audience. */
  public static String of(Sandbox sandbox, String account, String pod, String audience) {
    return of(sandbox, account, pod, List.of(audience));
  }

  /** A token of a pod with these audiences. */
  public static String of(Sandbox sandbox, String account, String pod, List<String> audiences) {
    return of(sandbox.client(), sandbox.namespace(), account, pod, audiences);
  }

  /** A token of a pod in any namespace. */
  public static String of(
      KubernetesClient client,
      String namespace,
      String account,
      String pod,
      List<String> audiences) {
    String uid = client.pods().inNamespace(namespace).withName(pod).get().getMetadata().getUid();
    return request(
        client,
        namespace,
        account,
        new TokenRequestBuilder(request(audiences))
            .editSpec()
            .withNewBoundObjectRef("v1", "Pod", pod, uid)
            .endSpec()
            .build());
  }

  /** A token as {@code kubectl create token} requests it. */
  public static String withoutPod(Sandbox sandbox, String account) {
    return request(
        sandbox.client(), sandbox.namespace(), account, request(List.of(audience(sandbox))));
  }

  /** A client pod of this ServiceAccount. */
  public static String pod(String name, String account) {
    return pod(name, account, "{nats_cluster: %s}".formatted(Manifests.CLUSTER));
  }

  /** A pod of this ServiceAccount with these labels. */
  public static String pod(String name, String account, String labels) {
    return """
    apiVersion: v1
    kind: Pod
    metadata:
      name: %s
      labels: %s
    spec:
      serviceAccountName: %s
      containers: [{name: client, image: client}]
    """
        .formatted(name, labels, account);
  }

  /** A client pod whose kubelet requests a token for the cluster. */
  public static String podWithToken(Sandbox sandbox, String name, String account) {
    return pod(name, account)
        + "  volumes: [{name: token, projected: {sources: [{serviceAccountToken: {audience: \"%s\", path: token}}]}}]\n"
            .formatted(audience(sandbox));
  }

  /** A client pod that mounts the token Secret of this ServiceAccount. */
  public static String podWithSecret(String name, String account) {
    return podWithSecret(name, account, "{nats_cluster: %s}".formatted(Manifests.CLUSTER));
  }

  /** A pod with these labels that mounts the token Secret of this ServiceAccount. */
  public static String podWithSecret(String name, String account, String labels) {
    return pod(name, account, labels)
        + "  volumes: [{name: token, projected: {sources: [{secret: {name: %s-%s-bound-token}}]}}]\n"
            .formatted(account, Manifests.CLUSTER);
  }

  private static String audience(Sandbox sandbox) {
    return "nats://%s.%s.svc".formatted(Manifests.CLUSTER, sandbox.namespace());
  }

  private static TokenRequest request(List<String> audiences) {
    return new TokenRequestBuilder()
        .withNewSpec()
        .withAudiences(audiences)
        .withExpirationSeconds(600L)
        .endSpec()
        .build();
  }

  private static String request(
      KubernetesClient client, String namespace, String account, TokenRequest request) {
    return client
        .serviceAccounts()
        .inNamespace(namespace)
        .withName(account)
        .tokenRequest(request)
        .getStatus()
        .getToken();
  }
}
