package org.natsoperator.api;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Nullable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Subjects that may be used; a side that is missing or empty allows nothing, and both missing is a
 * mistake.
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record Permissions(
    @Nullable
        @JsonPropertyDescription(
            "Subjects that may be published to, such as \"foo.bar\", \"foo.*\" or \">\". Missing or"
                + " empty: none.")
        List<String> publish,
    @Nullable
        @JsonPropertyDescription(
            "Subjects that may be subscribed to; \"foo.bar workers\" only as a member of the queue"
                + " group \"workers\". Missing or empty: none.")
        List<String> subscribe) {

  static final Permissions NONE = new Permissions(null, null);

  public Permissions {
    publish = unmodifiable(publish);
    subscribe = unmodifiable(subscribe);
  }

  @Override
  public List<String> publish() {
    return publish == null ? List.of() : publish;
  }

  @Override
  public List<String> subscribe() {
    return subscribe == null ? List.of() : subscribe;
  }

  /** Whether both sides are missing. nats-server would allow everything then. */
  @JsonIgnore
  public boolean isMissing() {
    return publish == null && subscribe == null;
  }

  /**
   * Unlike {@link List#copyOf} it takes null elements: they are a user's mistake to report, not to
   * crash on.
   */
  private static List<String> unmodifiable(List<String> subjects) {
    return subjects == null ? null : Collections.unmodifiableList(new ArrayList<>(subjects));
  }
}
