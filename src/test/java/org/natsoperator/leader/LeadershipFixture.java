package org.natsoperator.leader;

/** Replicas in a state of the leader election. */
public final class LeadershipFixture {

  private LeadershipFixture() {}

  /** A replica that has just become the leader. */
  public static Leadership leader() {
    Leadership leadership = new Leadership();
    leadership.renewed(System.nanoTime());
    return leadership;
  }
}
