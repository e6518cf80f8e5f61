package org.natsoperator.token;

/** Why a token is issued. */
public enum IssueReason {
  NEW("the role had no token"),
  DELETED("the Secret with the previous token was deleted"),
  ASKED("a new token was requested"),
  EMPTY("the Secret contained no token"),
  ROLE_REPLACED("the Secret belonged to an earlier NatsServiceRole of this name"),
  ACCOUNT_REPLACED("the previous token belonged to an earlier ServiceAccount of this name"),
  CLUSTER_REPLACED("the previous token belonged to an earlier NatsCluster of this name"),
  UNPROVEN("the token in the Secret could not be verified");

  private final String why;

  IssueReason(String why) {
    this.why = why;
  }

  public String why() {
    return why;
  }
}
