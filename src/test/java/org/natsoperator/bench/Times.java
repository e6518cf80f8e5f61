package org.natsoperator.bench;

import java.util.List;

/** Durations in seconds of repeated measurements. */
record Times(List<Double> seconds) {

  String row(String description) {
    List<Double> sorted = seconds.stream().sorted().toList();
    String times =
        "median %.2f s, best %.2f s, worst %.2f s of %d"
            .formatted(
                sorted.get(sorted.size() / 2), sorted.getFirst(), sorted.getLast(), sorted.size());
    System.out.println(description + ": " + times);
    return "| " + description + " | " + times + " |";
  }

  static double since(long nanoTime) {
    return (System.nanoTime() - nanoTime) / 1e9;
  }
}
