package org.natsoperator.role;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.natsoperator.role.IssuedToken.SECRET;
import static org.natsoperator.testing.Manifests.CLUSTER;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.natsoperator.testing.OperatorTest;
import org.natsoperator.testing.Sandbox;

/** Secrets whose annotations or token someone changed, and those of earlier versions. */
@OperatorTest
class TokenProofIT {

  /** Annotations whose change does not invalidate the token. */
  private static final List<String> RECORDED =
      List.of("nats.io/token-proof", "nats.io/service-account-uid");

  /** Annotations that the first version of the operator did not set. */
  private static final Set<String> ADDED =
      Set.of("nats.io/role-uid", "nats.io/service-account-uid", "nats.io/token-proof");

  private Sandbox sandbox;
  private String token;

  @BeforeEach
  void role(Sandbox fresh) {
    sandbox = fresh;
    token = IssuedToken.of(sandbox);
  }

  @Test
  void recordsProofAgainAfterTamperingWithoutNewToken() {
    for (String annotation : RECORDED) {
      String before = annotations().get(annotation);
      editAnnotations(annotations -> annotations.put(annotation, "forged"));
      await().untilAsserted(() -> assertThat(annotations()).containsEntry(annotation, before));
    }
    assertTokenWasKept();
  }

  @Test
  void takesOverSecretOfEarlierVersionWithoutNewToken() {
    editAnnotations(annotations -> annotations.keySet().removeAll(ADDED));
    await().untilAsserted(() -> assertThat(annotations()).containsKeys(array(ADDED)));
    assertTokenWasKept();
  }

  @Test
  void takesOverSecretOfGoOperatorWithoutNewToken() {
    editAnnotations(Map::clear);
    await().untilAsserted(() -> assertThat(annotations()).containsKeys(array(ADDED)));
    assertThat(annotations()).containsEntry("nats.io/service-account", "nats-user");
    assertTokenWasKept();
  }

  @Test
  void reissuesTokenOfAnotherRole() {
    editAnnotations(annotations -> annotations.put("nats.io/role-uid", "older"));
    IssuedToken.awaitAnother(sandbox, token);
  }

  @Test
  void reissuesTamperedToken() {
    sandbox
        .client()
        .resource(sandbox.secret(SECRET))
        .edit(
            secret -> {
              secret.setStringData(Map.of("token", token + "x"));
              return secret;
            });
    await()
        .untilAsserted(
            () ->
                assertThat(sandbox.token("nats-user", CLUSTER)).get().isNotIn(token, token + "x"));
    await()
        .ignoreExceptions()
        .untilAsserted(() -> IssuedToken.assertIsOfCurrentServiceAccount(sandbox));
  }

  private Map<String, String> annotations() {
    return sandbox.secret(SECRET).getMetadata().getAnnotations();
  }

  private void editAnnotations(Consumer<Map<String, String>> edit) {
    sandbox
        .client()
        .resource(sandbox.secret(SECRET))
        .edit(
            secret -> {
              edit.accept(secret.getMetadata().getAnnotations());
              return secret;
            });
  }

  private void assertTokenWasKept() {
    assertThat(sandbox.token("nats-user", CLUSTER)).contains(token);
    assertThat(sandbox.user(CLUSTER, "nats-user").get("password").asText()).isEqualTo(token);
    // The Event follows the Secret.
    await()
        .untilAsserted(
            () ->
                assertThat(sandbox.events(sandbox.role("nats-user")))
                    .filteredOn(event -> event.getReason().startsWith("Token"))
                    .singleElement()
                    .satisfies(
                        event -> assertThat(event.getNote()).contains("the role had no token")));
  }

  private static String[] array(Set<String> names) {
    return names.toArray(String[]::new);
  }
}
