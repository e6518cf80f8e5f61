package org.natsoperator.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.Callable;

/** The measured rows. */
final class Table {

  private final List<String> wanted;
  private final TreeMap<Integer, List<String>> rows = new TreeMap<>();

  /**
   * @param wanted names of measures; an empty list means all
   */
  Table(List<String> wanted) {
    this.wanted = wanted;
  }

  boolean wants(String name) {
    return wanted.isEmpty() || wanted.contains(name);
  }

  /** Measures if this measure is wanted. */
  void add(int place, String name, Callable<String> measure) throws Exception {
    addAll(place, name, () -> List.of(measure.call()));
  }

  /** Like {@link #add}, for a measure of several rows. */
  void addAll(int place, String name, Callable<List<String>> measure) throws Exception {
    if (wants(name)) {
      rows.computeIfAbsent(place, none -> new ArrayList<>()).addAll(measure.call());
    }
  }

  void print() throws IOException {
    System.out.println("\n| what | measured |\n|---|---|");
    rows.values().forEach(same -> same.forEach(System.out::println));
    System.out.printf(
        "%n%d cores, %s, %s%n",
        Runtime.getRuntime().availableProcessors(), memory(), LocalDate.now());
  }

  private static String memory() throws IOException {
    String total = Files.readAllLines(Path.of("/proc/meminfo")).getFirst();
    return Long.parseLong(total.replaceAll("\\D", "")) / 1024 / 1024 + " GiB of memory";
  }
}
