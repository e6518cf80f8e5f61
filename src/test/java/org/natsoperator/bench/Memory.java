package org.natsoperator.bench;

import java.util.concurrent.TimeUnit;

/**
 * Resident memory of the installed operator at rest: what it took for the work before goes back
 * within a minute or so.
 */
final class Memory {

  private static final int SECONDS_TO_SETTLE = 80;

  private Memory() {}

  static String measure(InstalledOperator operator, String when) throws Exception {
    TimeUnit.SECONDS.sleep(SECONDS_TO_SETTLE);
    String row =
        "| operator's resident memory at rest, %s | %d MiB |"
            .formatted(when, operator.residentMiB());
    System.out.println(row);
    return row;
  }
}
