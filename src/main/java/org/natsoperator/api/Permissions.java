package org.natsoperator.api;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Nullable;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;

/**
 * The subjects that a client may use. A list that is missing or empty allows nothing. A role
 * without both lists is invalid.
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record Permissions(
    @Nullable
        @JsonPropertyDescription(
            "Subjects that clients may publish to, such as \"foo.bar\", \"foo.*\" or \">\". None if"
                + " missing or empty.")
        List<String> publish,
    @Nullable
        @JsonPropertyDescription(
            "Subjects that clients may subscribe to. \"foo.bar workers\" permits only members of"
                + " the queue group \"workers\". Clients may also subscribe to their private inbox,"
                + " which NATS_INBOX_PREFIX names. Nothing else if missing or empty.")
        List<String> subscribe,
    @JsonPropertyDescription(
            "Permits clients to publish replies to the requests that they receive, wherever these"
                + " ask for the reply. Set it to {} for the defaults. Requires nats-server 2.0.4 or"
                + " later.")
        AllowResponses allowResponses) {

  /** Maximum size of all subjects of a role. One Secret contains the roles of a whole cluster. */
  public static final int MAX_BYTES = 64 * 1024;

  static final Permissions NONE = new Permissions(null, null, null);

  public Permissions {
    publish = unmodifiable(publish);
    subscribe = unmodifiable(subscribe);
  }

  /** Permissions without replies. */
  public Permissions(List<String> publish, List<String> subscribe) {
    this(publish, subscribe, null);
  }

  @Override
  public List<String> publish() {
    return publish == null ? List.of() : publish;
  }

  @Override
  public List<String> subscribe() {
    return subscribe == null ? List.of() : subscribe;
  }

  /** Whether both lists are missing. nats-server would then allow everything. */
  @JsonIgnore
  public boolean isMissing() {
    return publish == null && subscribe == null;
  }

  /** Bytes of all subjects in JSON. */
  public long bytes() {
    return (long) bytesOf(publish()) + bytesOf(subscribe());
  }

  /** Whether the subjects have more than {@link #MAX_BYTES} bytes. */
  @JsonIgnore
  public boolean isTooLarge() {
    return bytes() > MAX_BYTES;
  }

  /** Bytes of these subjects in JSON, which escapes quotes and backslashes. */
  public static int bytesOf(List<String> subjects) {
    return subjects.stream().filter(Objects::nonNull).mapToInt(Permissions::bytesOf).sum();
  }

  private static int bytesOf(String subject) {
    int escapes = (int) subject.chars().filter(c -> c == '"' || c == '\\').count();
    return subject.getBytes(StandardCharsets.UTF_8).length + escapes;
  }

  /** Unlike {@link List#copyOf} it accepts null elements, which validation then reports. */
  private static List<String> unmodifiable(List<String> subjects) {
    return subjects == null ? null : Collections.unmodifiableList(new ArrayList<>(subjects));
  }
}
