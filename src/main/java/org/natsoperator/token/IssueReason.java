package org.natsoperator.token;

/** Why a token is issued. */
public enum IssueReason {
  NEW("no token was issued yet"),
  ASKED("another was asked for"),
  EMPTY("its Secret holds no token"),
  ROLE_REPLACED("its Secret is of an earlier NatsServiceRole of this name"),
  ACCOUNT_REPLACED("the token in its Secret is of an earlier ServiceAccount of this name"),
  CLUSTER_REPLACED("the token in its Secret is of an earlier NatsCluster of this name"),
  UNPROVEN("the token in its Secret is not proven");

  private final String why;

  IssueReason(String why) {
    this.why = why;
  }

  public String why() {
    return why;
  }
}
