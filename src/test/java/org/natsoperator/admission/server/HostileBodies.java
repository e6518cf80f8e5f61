package org.natsoperator.admission.server;

import org.natsoperator.admission.review.JsonProjection;

/** Bodies that no API server sends. */
public final class HostileBodies {

  /** A description, and the body as {@link #of} reads it. The expected status is 400. */
  public static final String TABLE =
      """
      an empty body                   | ''
      null                            | null
      a list                          | []
      a string                        | "s3cret"
      a truncated body                | {"apiVersion": "admission.k8s.io/v1", "request": {"uid": "s3cret
      text that is not JSON           | s3cret
      content after the end           | REVIEW("uid": "7", "operation": "CREATE", "object": {}){}
      the same key twice              | REVIEW("uid": "7", "uid": "8", "operation": "CREATE", "object": {})
      the same key twice in an object | REVIEW("uid": "7", "operation": "CREATE", "object": {"a": "s3cret", "a": 2})
      another version                 | {"apiVersion": "admission.k8s.io/v1beta1", "kind": "AdmissionReview", "request": {"uid": "7"}}
      another kind                    | {"apiVersion": "admission.k8s.io/v1", "kind": "Pod", "request": {"uid": "7"}}
      no request                      | {"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview"}
      a null request                  | {"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "request": null}
      a request that is a list        | {"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "request": []}
      a long uid                      | REVIEW("uid": "LONG", "operation": "CREATE", "object": {})
      no uid                          | REVIEW("operation": "CREATE", "object": {})
      a null uid                      | REVIEW("uid": null, "operation": "CREATE", "object": {})
      a number as uid                 | REVIEW("uid": 7, "operation": "CREATE", "object": {})
      no operation                    | REVIEW("uid": "7", "object": {})
      an unknown operation            | REVIEW("uid": "7", "operation": "s3cret", "object": {})
      no object                       | REVIEW("uid": "7", "operation": "CREATE")
      a null object                   | REVIEW("uid": "7", "operation": "UPDATE", "object": null)
      an object that is a list        | REVIEW("uid": "7", "operation": "CREATE", "object": [])
      an old object that is a string  | REVIEW("uid": "7", "operation": "DELETE", "oldObject": "s3cret")
      a namespace that is an object   | REVIEW("uid": "7", "operation": "CREATE", "object": {}, "namespace": {})
      a kind that is a list           | REVIEW("uid": "7", "operation": "CREATE", "object": {}, "kind": {"kind": []})
      unclosed nesting                | NESTED
      very many values                | REVIEW("uid": "7", "operation": "CREATE", "object": {"a": MANY})
      a number of 5,000 digits        | REVIEW("uid": "7", "operation": "CREATE", "object": {"a": DIGITS})
      """;

  private HostileBodies() {}

  public static String of(String cell) {
    String body = cell == null ? "" : cell;
    return body.replaceAll(
            "REVIEW\\((.*)\\)",
            "{\"apiVersion\": \"admission.k8s.io/v1\", \"kind\": \"AdmissionReview\", \"request\":"
                + " {$1}}")
        .replace("NESTED", "{\"a\":".repeat(100_000))
        .replace("MANY", "[" + "[],".repeat(JsonProjection.Source.MOST_TOKENS / 2) + "1]")
        .replace("DIGITS", "7".repeat(5_000))
        .replace("LONG", "x".repeat(100_000));
  }

  public static String review(String request) {
    return of("REVIEW(" + request + ")");
  }
}
