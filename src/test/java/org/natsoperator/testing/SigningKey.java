package org.natsoperator.testing;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.factories.DefaultJWSSignerFactory;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.fabric8.kubernetes.client.Config;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Constructor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.ParseException;
import java.util.List;
import java.util.stream.Stream;
import org.natsoperator.token.ProofKey;
import org.natsoperator.token.TokenProof;
import org.natsoperator.token.TokenVerifier;

/** A key with which an API server signs ServiceAccount tokens. */
public record SigningKey(JWK key, JWSAlgorithm algorithm) {

  public static final SigningKey API_SERVER = ec("api-server");

  /** The operator's key for proofs. */
  public static final ProofKey PROOF_KEY = new ProofKey(new byte[32]);

  public static SigningKey ec(String id) {
    try {
      return new SigningKey(
          new ECKeyGenerator(Curve.P_256).keyID(id).generate(), JWSAlgorithm.ES256);
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The key with which the real API server of {@link ApiServer} signed this token. */
  public static SigningKey ofApiServer(String token) {
    Path kubeconfig = Path.of(System.getProperty(Config.KUBERNETES_KUBECONFIG_FILE));
    try {
      String pem = Files.readString(kubeconfig.resolveSibling("pki").resolve("sa.key"));
      String id = SignedJWT.parse(token).getHeader().getKeyID();
      RSAKey key = JWK.parseFromPEMEncodedObjects(pem).toRSAKey();
      return new SigningKey(new RSAKey.Builder(key).keyID(id).build(), JWSAlgorithm.RS256);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (JOSEException | ParseException e) {
      throw new IllegalStateException(e);
    }
  }

  public static SigningKey rsa(String id) {
    try {
      return new SigningKey(new RSAKeyGenerator(2048).keyID(id).generate(), JWSAlgorithm.RS256);
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
  }

  public String sign(JWTClaimsSet claims) {
    return sign(key.getKeyID(), claims);
  }

  /** Signs with this key under any key ID; without one if it is null. */
  public String sign(String keyId, JWTClaimsSet claims) {
    try {
      JWSSigner signer = new DefaultJWSSignerFactory().createJWSSigner(key, algorithm);
      SignedJWT jwt = new SignedJWT(new JWSHeader.Builder(algorithm).keyID(keyId).build(), claims);
      jwt.sign(signer);
      return jwt.serialize();
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The response of an API server with these keys at {@code /openid/v1/jwks}. */
  public static String published(SigningKey... keys) {
    return set(keys).toString();
  }

  /** A proof of tokens that were signed with these keys, or recorded with {@link #PROOF_KEY}. */
  public static TokenProof proof(SigningKey... keys) {
    return new TokenProof(PROOF_KEY, verifier(keys));
  }

  /**
   * A verifier for tokens with these keys. Only {@code token} can create one, and tests of other
   * features need one.
   */
  public static TokenVerifier verifier(SigningKey... keys) {
    try {
      Constructor<TokenVerifier> constructor =
          TokenVerifier.class.getDeclaredConstructor(JWKSet.class);
      constructor.setAccessible(true);
      return constructor.newInstance(set(keys));
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  private static JWKSet set(SigningKey... keys) {
    List<JWK> all = Stream.of(keys).map(SigningKey::key).map(JWK::toPublicJWK).toList();
    return new JWKSet(all);
  }
}
