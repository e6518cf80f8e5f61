package org.natsoperator.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import java.time.Instant;
import java.util.Base64;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.natsoperator.access.ClientNames;
import org.natsoperator.access.Identity;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.api.NatsServiceRole;
import org.natsoperator.testing.Clusters;
import org.natsoperator.testing.Roles;
import org.natsoperator.testing.SigningKey;
import org.natsoperator.testing.Tokens;

class TokenProofTest {

  private static final NatsServiceRole ROLE = Roles.user();
  private static final NatsCluster CLUSTER = Clusters.walkthrough("2.15.3");
  private static final ServiceAccount ACCOUNT = Roles.account("nats-user");
  private static final String TOKEN = SigningKey.API_SERVER.sign(Tokens.claims("nats-user"));
  private static final Secret SIGNED = Roles.tokenSecret("nats-user", TOKEN);
  private static final Secret RECORDED = Roles.recorded(SIGNED, ROLE, CLUSTER);
  private static final TokenOwners OWNERS = TokenOwners.of(ACCOUNT, SIGNED, ROLE, CLUSTER);
  private static final TokenClaims CLAIMS =
      TokenClaims.expected(ClientNames.of(Identity.of(ROLE), CLUSTER), ACCOUNT, SIGNED);
  private static final TokenProof PROOF = SigningKey.proof(SigningKey.API_SERVER);
  private static final TokenProof WITHDRAWN = SigningKey.proof();

  @Test
  void recordedProofNeedsNoSigningKey() {
    assertThat(WITHDRAWN.proves(RECORDED, CLAIMS, OWNERS)).isTrue();
    assertThat(WITHDRAWN.isRecorded(RECORDED, OWNERS)).isTrue();
    assertThat(TokenProof.unproven(RECORDED, SigningKey.PROOF_KEY)).isEmpty();
  }

  @Test
  void signatureProvesTokenWithoutRecordedProof() {
    assertThat(PROOF.proves(SIGNED, CLAIMS, OWNERS)).isTrue();
    assertThat(PROOF.isRecorded(SIGNED, OWNERS)).isFalse();
    assertThat(WITHDRAWN.proves(SIGNED, CLAIMS, OWNERS)).isFalse();
    assertThat(TokenProof.unproven(SIGNED, SigningKey.PROOF_KEY)).containsExactly(TOKEN);
  }

  @ParameterizedTest(name = "a Secret with another value of {0} is not proven")
  @CsvSource({
    "nats.io/token-proof",
    "nats.io/service-account-uid",
    "nats.io/role-uid",
    "nats.io/cluster-uid",
  })
  void changedAnnotationInvalidatesProof(String annotation) {
    Secret changed = annotated(annotation, "other");

    assertNotProven(changed, OWNERS);
    assertThat(PROOF.isRecorded(changed, OWNERS)).isFalse();
  }

  /** A user who may edit the Secret can change these annotations, but not the proof. */
  @ParameterizedTest(name = "{0} is part of the proof")
  @MethodSource
  void proofContainsOwners(String annotation, TokenOwners owners) {
    assertNotProven(annotated(annotation, "other"), owners);
  }

  static Stream<Arguments> proofContainsOwners() {
    String account = OWNERS.serviceAccount();
    String secret = OWNERS.secret();
    return Stream.of(
        arguments(
            "nats.io/service-account-uid",
            new TokenOwners("other", secret, OWNERS.role(), OWNERS.cluster())),
        arguments("nats.io/role-uid", new TokenOwners(account, secret, "other", OWNERS.cluster())),
        arguments("nats.io/cluster-uid", new TokenOwners(account, secret, OWNERS.role(), "other")));
  }

  @Test
  void missingNameOfServiceAccountIsRecordedAgainWithoutSigningKey() {
    Secret changed = new SecretBuilder(RECORDED).build();
    changed.getMetadata().getAnnotations().remove("nats.io/service-account");

    assertThat(WITHDRAWN.proves(changed, CLAIMS, OWNERS)).isTrue();
    assertThat(WITHDRAWN.isRecorded(changed, OWNERS)).isFalse();
  }

  @Test
  void changedTokenInvalidatesProof() {
    String another = SigningKey.API_SERVER.sign(Tokens.claims("nats-admin-user"));

    assertNotProven(
        new SecretBuilder(RECORDED).addToData("token", TokenSecret.encoded(another)).build(),
        OWNERS);
  }

  @Test
  void copyOfSecretIsNotProven() {
    assertNotProven(
        new SecretBuilder(RECORDED).editMetadata().withUid("copy").endMetadata().build(), OWNERS);
  }

  @ParameterizedTest(name = "proof is not valid for another {0}")
  @MethodSource
  void proofIsValidOnlyForItsOwners(String owner, TokenOwners owners) {
    assertNotProven(RECORDED, owners);
    assertThat(PROOF.isRecorded(RECORDED, owners)).as(owner).isFalse();
  }

  static Stream<Arguments> proofIsValidOnlyForItsOwners() {
    String account = OWNERS.serviceAccount();
    String secret = OWNERS.secret();
    return Stream.of(
        arguments(
            "ServiceAccount", new TokenOwners("other", secret, OWNERS.role(), OWNERS.cluster())),
        arguments("Secret", new TokenOwners(account, "other", OWNERS.role(), OWNERS.cluster())),
        arguments("role", new TokenOwners(account, secret, "other", OWNERS.cluster())),
        arguments("cluster", new TokenOwners(account, secret, OWNERS.role(), "other")));
  }

  /** An attacker without the key cannot move characters from one part to the next. */
  @Test
  void proofsOfDifferentPartsDiffer() {
    ProofKey key = SigningKey.PROOF_KEY;

    assertThat(key.proof("a", new TokenOwners("b", "", "", "")))
        .isNotEqualTo(key.proof("ab", new TokenOwners("", "", "", "")))
        .isNotEqualTo(key.proof("a", new TokenOwners("", "b", "", "")));
  }

  @Test
  void proofOfLostKeyIsReplacedAfterSignatureIsVerified() {
    ProofKey newer = new ProofKey("n".repeat(32).getBytes());
    TokenProof proof = new TokenProof(newer, SigningKey.verifier(SigningKey.API_SERVER));

    assertThat(proof.isRecorded(RECORDED, OWNERS)).isFalse();
    Secret replaced = proof.withProof(RECORDED, CLAIMS, OWNERS);
    assertThat(proof.isRecorded(replaced, OWNERS)).isTrue();
    assertThat(replaced.getData()).isEqualTo(RECORDED.getData());
  }

  @Test
  void recordsNoProofOfUnverifiedToken() {
    assertThat(WITHDRAWN.withProof(SIGNED, CLAIMS, OWNERS)).isEqualTo(SIGNED);
  }

  @Test
  void recognizesTokenOfFormerServiceAccount() {
    TokenOwners recreated =
        new TokenOwners("newer", OWNERS.secret(), OWNERS.role(), OWNERS.cluster());
    TokenClaims claims =
        new TokenClaims(CLAIMS.audience(), CLAIMS.subject(), "newer", CLAIMS.secretUid());

    assertThat(WITHDRAWN.provesForFormerAccount(RECORDED, claims, recreated)).isTrue();
    assertThat(PROOF.provesForFormerAccount(SIGNED, claims, recreated)).isTrue();
    assertThat(WITHDRAWN.provesForFormerAccount(SIGNED, claims, recreated)).isFalse();
    assertThat(
            WITHDRAWN.provesForFormerAccount(
                annotated("nats.io/service-account-uid", "forged"), claims, recreated))
        .isFalse();
  }

  @Test
  void previousTokenKeepsItsProof() {
    Secret renewed = PreviousToken.keep(RECORDED, RECORDED, Instant.EPOCH);

    assertThat(WITHDRAWN.previous(renewed, CLAIMS, OWNERS)).contains(TOKEN);
    assertThat(TokenProof.unproven(renewed, SigningKey.PROOF_KEY)).isEmpty();
    renewed.getMetadata().getAnnotations().put("nats.io/previous-token-proof", "forged");
    assertThat(WITHDRAWN.previous(renewed, CLAIMS, OWNERS)).isEmpty();
    assertThat(PROOF.previous(renewed, CLAIMS, OWNERS)).contains(TOKEN);
    assertThat(TokenProof.unproven(renewed, SigningKey.PROOF_KEY)).containsExactly(TOKEN);
  }

  @Test
  void toStringContainsNoKey() {
    assertThat(PROOF.toString())
        .contains("ProofKey[hidden]")
        .doesNotContain(Base64.getEncoder().encodeToString(new byte[ProofKey.BYTES]));
  }

  private static void assertNotProven(Secret secret, TokenOwners owners) {
    assertThat(WITHDRAWN.proves(secret, CLAIMS, owners)).isFalse();
  }

  private static Secret annotated(String annotation, String value) {
    return new SecretBuilder(RECORDED)
        .editMetadata()
        .addToAnnotations(annotation, value)
        .endMetadata()
        .build();
  }
}
