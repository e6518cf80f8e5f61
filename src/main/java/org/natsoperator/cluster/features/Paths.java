package org.natsoperator.cluster.features;

import org.natsoperator.config.ServerConfigFile;

/** Paths in a server pod. */
public final class Paths {

  public static final String CONFIG_FOLDER = "/etc/nats-config";
  public static final String CONFIG_FILE = CONFIG_FOLDER + "/" + ServerConfigFile.KEY;
  public static final String RUN_FOLDER = "/var/run/nats";
  public static final String PID_FILE = RUN_FOLDER + "/nats.pid";

  private Paths() {}
}
