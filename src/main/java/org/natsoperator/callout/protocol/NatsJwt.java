package org.natsoperator.callout.protocol;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.util.JsonRecyclerPools;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Base64;
import java.util.Optional;
import org.natsoperator.decoding.UntrustedJson;
import org.natsoperator.nkey.NkeyType;
import org.natsoperator.nkey.SigningNkey;

/**
 * A JWT as NATS writes it: signed with an nkey, whose public key is the issuer (claims.go of
 * nats-io/jwt v2.8.3).
 */
final class NatsJwt {

  /** Nothing that a server sends comes near these limits. */
  private static final StreamReadConstraints LIMITS =
      StreamReadConstraints.builder()
          .maxNestingDepth(16)
          .maxNumberLength(30)
          .maxNameLength(100)
          .maxStringLength(CalloutReader.MAX_MESSAGE_BYTES)
          .maxDocumentLength(CalloutReader.MAX_MESSAGE_BYTES)
          .build();

  /** Each login has a thread of its own, so buffers of a thread would be used only once. */
  private static final ObjectMapper JSON =
      new ObjectMapper(
          UntrustedJson.factory()
              .streamReadConstraints(LIMITS)
              .recyclerPool(JsonRecyclerPools.sharedBoundedPool())
              .build());

  private static final String HEADER = encode("{\"typ\":\"JWT\",\"alg\":\"ed25519-nkey\"}");
  private static final int PARTS = 3;

  private NatsJwt() {}

  /** The JWT of these claims and their issuer. */
  static String sign(ObjectNode claims, SigningNkey issuer) {
    claims.put("iss", issuer.publicKey());
    try {
      String content = HEADER + "." + encode(JSON.writeValueAsString(claims));
      return content + "." + encode(issuer.sign(content.getBytes(US_ASCII)));
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The claims of a JWT that its issuer signed; empty if that is not a key of this type. */
  static Optional<JsonNode> verify(String jwt, NkeyType issuer) {
    String[] parts = jwt.split("\\.", -1);
    if (parts.length != PARTS) {
      return Optional.empty();
    }
    byte[] content = (parts[0] + "." + parts[1]).getBytes(US_ASCII);
    return json(parts[0])
        .filter(header -> "ed25519-nkey".equals(header.path("alg").textValue()))
        .flatMap(header -> json(parts[1]))
        .filter(
            claims ->
                bytes(parts[2])
                    .filter(
                        signature ->
                            SigningNkey.verifies(
                                issuer, claims.path("iss").textValue(), content, signature))
                    .isPresent());
  }

  private static Optional<JsonNode> json(String part) {
    return bytes(part)
        .map(
            bytes -> {
              try {
                return JSON.readTree(bytes);
              } catch (IOException e) {
                return null;
              }
            });
  }

  private static Optional<byte[]> bytes(String part) {
    try {
      return Optional.of(Base64.getUrlDecoder().decode(part));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static String encode(String text) {
    return encode(text.getBytes(UTF_8));
  }

  private static String encode(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
