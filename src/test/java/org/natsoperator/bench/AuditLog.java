package org.natsoperator.bench;

import com.fasterxml.jackson.core.io.JsonEOFException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The audit log of an API server. */
record AuditLog(Path file) {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** A request that the API server answered. */
  record Request(Instant at, String user, String verb, String resource) {

    /** True for the periodic requests of the leader election, and for watches, which stay open. */
    boolean isOfCourse() {
      return resource.equals("leases") || verb.equals("watch");
    }

    boolean writes() {
      return !List.of("get", "list", "watch").contains(verb) && !resource.endsWith("reviews");
    }

    private static Request of(JsonNode event) {
      JsonNode object = event.path("objectRef");
      String part = object.path("subresource").asText();
      String resource = object.path("resource").asText(event.path("requestURI").asText());
      return new Request(
          Instant.parse(event.path("requestReceivedTimestamp").asText()),
          event.path("user").path("username").asText(),
          event.path("verb").asText(),
          part.isEmpty() ? resource : resource + "/" + part);
    }
  }

  /** The requests of a user since then, except for Leases and watches. */
  List<Request> since(Instant start, String user) throws IOException {
    try (Stream<String> lines = Files.lines(file)) {
      return lines
          .filter(line -> line.contains("\"username\":\"" + user + "\""))
          .flatMap(AuditLog::parse)
          .filter(request -> !request.at().isBefore(start) && !request.isOfCourse())
          .toList();
    }
  }

  /** The number of requests per verb and resource. */
  static Map<String, Long> kinds(List<Request> requests) {
    return requests.stream()
        .collect(
            Collectors.groupingBy(
                request -> request.verb() + " " + request.resource(),
                TreeMap::new,
                Collectors.counting()));
  }

  private static Stream<Request> parse(String line) {
    try {
      return Stream.of(Request.of(JSON.readTree(line)));
    } catch (JsonEOFException e) {
      // The API server has not finished writing this line.
      return Stream.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
