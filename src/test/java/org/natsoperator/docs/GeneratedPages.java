package org.natsoperator.docs;

import java.io.IOException;
import java.nio.file.Files;

/** Generates all pages and sections of docs for {@code make docs}. */
final class GeneratedPages {

  private GeneratedPages() {}

  public static void main(String[] arguments) throws IOException {
    Files.writeString(CrdReference.FILE, CrdReference.text());
    Files.writeString(ChartReadme.FILE, ChartReadme.text());
    Files.writeString(AlertRules.PAGE, AlertRules.page());
  }
}
