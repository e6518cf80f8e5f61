package org.natsoperator.bench;

import com.fasterxml.jackson.core.io.JsonEOFException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The audit log of an API server.
 *
 * @param start the number of bytes to skip
 */
record AuditLog(Path file, long start) {

  private static final ObjectMapper JSON = new ObjectMapper();

  AuditLog(Path file) {
    this(file, 0);
  }

  /** The part of the log that is written from now on. */
  AuditLog fromNow() throws IOException {
    return new AuditLog(file, Files.size(file));
  }

  /** A request that the API server answered. */
  record Request(Instant at, String user, String verb, String resource, String uri) {

    /**
     * True for the periodic requests of the leader election and of a replica that answers logins,
     * and for watches, which stay open.
     */
    boolean isOfCourse() {
      return List.of("leases", "/livez").contains(resource) || verb.equals("watch");
    }

    boolean writes() {
      return !List.of("get", "list", "watch").contains(verb) && !resource.endsWith("reviews");
    }

    private static Request of(JsonNode event) {
      JsonNode object = event.path("objectRef");
      String part = object.path("subresource").asText();
      String uri = event.path("requestURI").asText();
      String resource = object.path("resource").asText(uri);
      return new Request(
          Instant.parse(event.path("requestReceivedTimestamp").asText()),
          event.path("user").path("username").asText(),
          event.path("verb").asText(),
          part.isEmpty() ? resource : resource + "/" + part,
          uri);
    }
  }

  /** The requests of a user since then, except for periodic ones and watches. */
  List<Request> since(Instant time, String user) throws IOException {
    try (InputStream bytes = Files.newInputStream(file)) {
      bytes.skipNBytes(Math.max(0, start - 1));
      return new BufferedReader(new InputStreamReader(bytes, StandardCharsets.UTF_8))
          .lines()
          // The rest of the line before.
          .skip(start == 0 ? 0 : 1)
          .filter(line -> line.contains("\"username\":\"" + user + "\""))
          .flatMap(AuditLog::parse)
          .filter(request -> !request.at().isBefore(time) && !request.isOfCourse())
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
