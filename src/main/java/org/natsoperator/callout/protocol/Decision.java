package org.natsoperator.callout.protocol;

import java.time.Instant;
import java.util.List;
import org.natsoperator.access.Grant;
import org.natsoperator.api.RoleLimits;

/** The decision about the login of a client. */
public sealed interface Decision {

  /**
   * The client may log in.
   *
   * @param name user name in logs and {@code /connz}: {@code <namespace>/<serviceaccount>/<pod>}
   * @param limits of the connection
   * @param tags what the login depends on, as the connection shows it
   * @param sources the only addresses of the client, as CIDRs; empty for any
   * @param expiry time at which the server closes the connection at the latest
   */
  record Granted(
      String name,
      Grant grant,
      RoleLimits limits,
      List<String> tags,
      List<String> sources,
      Instant expiry)
      implements Decision {}

  /** The client may not log in. The server gets a signed error. */
  record Refused(Reason reason) implements Decision {}

  /**
   * No decision is possible now, and the server gets no answer. Its client tries again, while after
   * two signed errors most client libraries close forever.
   */
  record Silence(Reason reason) implements Decision {}

  /** Why a login is refused or not answered. */
  enum Reason {
    NOT_A_TOKEN("the password is not a ServiceAccount token"),
    WRONG_AUDIENCE("the token is not for this cluster"),
    NOT_IN_SECRET("the Secret of the role does not contain this token"),
    EXPIRED("the token has expired"),
    NOT_YET_VALID("the token is not valid yet"),
    UNKNOWN_KEY("the API server has no such signing key"),
    BAD_SIGNATURE("the API server did not sign the token"),
    KEYS_UNKNOWN("the signing keys of the API server are not known"),
    TOKEN_REJECTED("the API server rejected the token"),
    API_SERVER_UNREACHABLE("the API server does not answer"),
    NO_POD("the token is not bound to a pod; set spec.auth.projected.tokensWithoutPod for such"),
    ACCOUNT_DELETED("the ServiceAccount was deleted"),
    ACCOUNT_UNKNOWN("the ServiceAccount does not exist"),
    POD_DELETED("the pod was deleted"),
    POD_UNKNOWN("the pod does not exist"),
    ADDRESS_UNKNOWN("the pod has no address yet"),
    WRONG_ADDRESS("the client does not have the pod's address"),
    NO_ROLE("the ServiceAccount has no role on this cluster"),
    ACCESS_UNKNOWN("spec.auth of the cluster cannot be read"),
    OVERLOADED("too many logins are in progress");

    private final String message;

    Reason(String message) {
      this.message = message;
    }

    /** Text for the server's log. It contains nothing of what the client sent. */
    public String message() {
      return message;
    }
  }
}
