package org.natsoperator.cluster.resources;

import org.natsoperator.config.ServerConfigFile;

/** Where things lie in a server pod. */
final class Paths {

  static final String CONFIG_FOLDER = "/etc/nats-config";
  static final String CONFIG_FILE = CONFIG_FOLDER + "/" + ServerConfigFile.KEY;
  static final String RUN_FOLDER = "/var/run/nats";
  static final String PID_FILE = RUN_FOLDER + "/nats.pid";

  private Paths() {}
}
