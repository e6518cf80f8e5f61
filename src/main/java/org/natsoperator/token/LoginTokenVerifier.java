package org.natsoperator.token;

import java.time.Instant;
import java.util.Optional;
import org.natsoperator.access.Identity;
import org.natsoperator.token.LoginTokenCheck.Defect;
import org.natsoperator.token.LoginTokenCheck.Invalid;
import org.natsoperator.token.LoginTokenCheck.Undecided;
import org.natsoperator.token.LoginTokenCheck.UndecidedKey;
import org.natsoperator.token.LoginTokenCheck.Unverified;
import org.natsoperator.token.LoginTokenCheck.Valid;
import org.springframework.stereotype.Component;

/**
 * Verifies the tokens of logins by their signature. Anyone who can reach a server can send any
 * text, and must not cause requests to the API server.
 */
@Component
public class LoginTokenVerifier {

  private final ApiServerKeys keys;

  LoginTokenVerifier(ApiServerKeys keys) {
    this.keys = keys;
  }

  /** Reads the keys of the API server if they are not known yet. */
  public void prepare() {
    keys.keysForLogin("");
  }

  /**
   * The content of a token that may be that of a Secret, not of a pod. It is not verified: compare
   * the token with that of the Secret.
   */
  public static Optional<LoginToken> unverifiedSecretToken(String text) {
    return LoginTokenClaims.parse(text)
        .map(LoginTokenClaims::token)
        .filter(token -> token.pod().isEmpty());
  }

  /** The ServiceAccount that a token names. Anyone may have written it. */
  public static Optional<Identity> unverifiedIdentity(String text) {
    return LoginTokenClaims.parse(text).map(claims -> claims.token().identity());
  }

  /**
   * Checks a token for a cluster with this audience.
   *
   * @param confirmed whether the API server confirmed it a moment ago; its signature is then valid
   */
  public LoginTokenCheck check(String text, String audience, boolean confirmed, Instant now) {
    Optional<LoginTokenClaims> claims = LoginTokenClaims.parse(text);
    if (claims.isEmpty()) {
      return new Invalid(Defect.NOT_A_TOKEN);
    }
    return claims
        .get()
        .defect(audience, now)
        .<LoginTokenCheck>map(Invalid::new)
        .orElseGet(() -> confirmed ? new Valid(claims.get().token()) : bySignature(claims.get()));
  }

  private LoginTokenCheck bySignature(LoginTokenClaims claims) {
    Optional<ApiServerKeys.Known> known = keys.keysForLogin(claims.keyId());
    if (known.isEmpty()) {
      return keys.areForbidden() ? new Unverified(claims.token()) : new Undecided();
    }
    TokenVerifier verifier = known.get().verifier();
    if (!verifier.hasKey(claims.keyId())) {
      return withUnknownKey(claims.token(), known.get());
    }
    return verifier.isSigned(claims.jwt())
        ? new Valid(claims.token())
        : new Invalid(Defect.BAD_SIGNATURE);
  }

  /** The API server may have begun to use this key after the others were read. */
  private LoginTokenCheck withUnknownKey(LoginToken token, ApiServerKeys.Known known) {
    if (!token.issuedAt().isAfter(known.readAt())) {
      return new Invalid(Defect.UNKNOWN_KEY);
    }
    return keys.areForbidden() ? new Unverified(token) : new UndecidedKey();
  }
}
