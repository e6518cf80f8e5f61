package org.natsoperator.callout.protocol;

/** A message on the subject of the auth callout. */
public sealed interface CalloutMessage {

  /**
   * The login of a client, as its server describes it.
   *
   * @param serverId audience of the response
   * @param serverXkey key for which the response is encrypted
   * @param userNkey subject of the response; the server creates one for each login
   * @param host address of the client as the server sees it
   * @param clientId the connection's number on its server
   * @param token the token in the password or in {@code auth_token}, not verified; may be empty
   */
  record Request(
      String serverId,
      String serverName,
      String serverXkey,
      String userNkey,
      String host,
      long clientId,
      String token)
      implements CalloutMessage {

    /** Contains a token; never log. */
    @Override
    public String toString() {
      return "Request[" + serverName + " " + clientId + "]";
    }
  }

  /** A message that the operator does not answer. */
  record Ignored(IgnoreReason reason) implements CalloutMessage {}

  /** Why a message is not a request of a server of the cluster. */
  enum IgnoreReason {
    /** The message is too large. */
    SIZE,
    /** It is not encrypted for this cluster. */
    ENCRYPTION,
    /** It is not signed by the server that it names. */
    SIGNATURE,
    /** The server belongs to another cluster. */
    OTHER_CLUSTER,
    /** The client uses another protocol than NATS, or is a leaf node. */
    PROTOCOL,
    /** The server no longer waits for the response. */
    AGE,
    /** A value is missing or invalid. */
    CONTENT
  }
}
