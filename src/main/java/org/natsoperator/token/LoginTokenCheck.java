package org.natsoperator.token;

/** What is known about the token of a login without a request to the API server. */
public sealed interface LoginTokenCheck {

  /** The API server signed the token for this cluster, and it has not expired. */
  record Valid(LoginToken token) implements LoginTokenCheck {}

  /** The token can never be valid for this cluster. */
  record Invalid(Defect defect) implements LoginTokenCheck {}

  /**
   * The operator may not read the API server's keys, or not those of this token. Only the signature
   * was not verified, so anyone may have written the token.
   */
  record Unverified(LoginToken token) implements LoginTokenCheck {}

  /** No keys of the API server are known. */
  record Undecided() implements LoginTokenCheck {}

  /**
   * The token names a key that is not known and may be newer than those that are. Anyone can write
   * such a token.
   */
  record UndecidedKey() implements LoginTokenCheck {}

  /** Why a token is invalid. */
  enum Defect {
    /** It is not a JWT of a ServiceAccount. */
    NOT_A_TOKEN,
    /** Its audience is not only this cluster. */
    WRONG_AUDIENCE,
    /** It is bound to a Secret, whose token is compared instead. */
    OF_SECRET,
    EXPIRED,
    NOT_YET_VALID,
    /** The API server does not publish the key that it names. */
    UNKNOWN_KEY,
    BAD_SIGNATURE
  }
}
