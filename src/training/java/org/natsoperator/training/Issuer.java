package org.natsoperator.training;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.util.Map;

/** Issues tokens for TokenRequests. Each training run generates its own key, in memory only. */
final class Issuer {

  static final String PATH = "/openid/v1/jwks";
  private static final int BITS = 2048;

  private final RSAKey key;

  Issuer() {
    try {
      key = new RSAKeyGenerator(BITS).keyID("training").generate();
    } catch (JOSEException e) {
      throw new IllegalStateException("failed to generate an RSA key", e);
    }
  }

  String keys() {
    return new JWKSet(key.toPublicJWK()).toString();
  }

  JsonNode issue(ApiPath account, ObjectNode request) {
    JWTClaimsSet claims =
        new JWTClaimsSet.Builder()
            .audience(request.at("/spec/audiences/0").asText())
            .subject("system:serviceaccount:" + account.namespace() + ":" + account.name())
            .claim(
                "kubernetes.io",
                Map.of(
                    "serviceaccount", Map.of("uid", TrainingObjects.uid(account.name())),
                    "secret", Map.of("uid", request.at("/spec/boundObjectRef/uid").asText())))
            .build();
    request
        .putObject("status")
        .put("token", signed(claims))
        .put("expirationTimestamp", "2036-01-01T00:00:00Z");
    return request;
  }

  private String signed(JWTClaimsSet claims) {
    try {
      JWSHeader header = new JWSHeader.Builder(JWSAlgorithm.RS256).keyID(key.getKeyID()).build();
      SignedJWT token = new SignedJWT(header, claims);
      token.sign(new RSASSASigner(key));
      return token.serialize();
    } catch (JOSEException e) {
      throw new IllegalStateException("failed to sign the token", e);
    }
  }
}
