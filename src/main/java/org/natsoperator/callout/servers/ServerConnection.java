package org.natsoperator.callout.servers;

import org.natsoperator.api.NatsCluster;

/** A connection to a server, through which the operator answers logins. */
public interface ServerConnection {

  /** Whether it is open, and answers with the keys that the cluster records. */
  boolean isConnectedFor(NatsCluster cluster);

  /** Lets the servers ask this replica, or only the others; no effect if they do already. */
  void answer(boolean wanted);

  /** Closes the connection, which can take some seconds. */
  void close();
}
