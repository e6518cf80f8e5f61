package org.natsoperator.kubernetes;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.MicroTime;
import io.fabric8.kubernetes.api.model.events.v1.Event;
import io.fabric8.kubernetes.api.model.events.v1.EventBuilder;
import io.fabric8.kubernetes.api.model.events.v1.EventSeries;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.regex.Pattern;
import org.natsoperator.config.Hash;
import org.natsoperator.settings.OperatorProperties;
import org.natsoperator.validation.DnsNames;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import org.springframework.stereotype.Component;

/** Emits Events about an object that the user created. */
@Component
public class Events {

  /** Distinguishes these Events from those of other controllers. */
  public static final String REPORTING_CONTROLLER = "nats.io/nats-operator";

  private static final Logger LOG = LoggerFactory.getLogger(Events.class);
  private static final DateTimeFormatter MICROSECONDS =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);
  private static final int LONGEST_NOTE = 1024;
  private static final int ELLIPSIS_BYTES = 3;

  /** Characters that a label of a DNS name cannot end with. */
  private static final Pattern END_OF_LABEL = Pattern.compile("[-.]+$");

  private final KubernetesClient client;
  private final Clock clock;
  private final OperatorProperties properties;

  public Events(KubernetesClient client, Clock clock, OperatorProperties properties) {
    this.client = client;
    this.clock = clock;
    this.properties = properties;
  }

  /**
   * Reports a problem that a user should fix. While the API server keeps the Event, the same one
   * about the same object is counted instead of created again.
   */
  public void warn(HasMetadata object, String reason, String note) {
    create(object, "Warning", reason, note, "");
  }

  /** Reports progress, each time that it happens. */
  public void inform(HasMetadata object, String reason, String note) {
    create(object, "Normal", reason, note, clock.instant().toString());
  }

  /**
   * @param occasion distinguishes Events with the same text
   */
  private void create(
      HasMetadata object, String type, String reason, String note, String occasion) {
    String id = Hash.shortOf(object.getMetadata().getUid() + reason + note + occasion);
    var event = client.resource(event(object, id, type, reason, note));
    try {
      if (!ApiErrors.ignoreConflict(event::create)) {
        ApiErrors.ignoreNotFound(() -> countAgain(event));
      }
    } catch (KubernetesClientException e) {
      LOG.atLevel(ApiErrors.isNamespaceTerminating(e) ? Level.DEBUG : Level.WARN)
          .addKeyValue(ObjectName.KEY, ObjectName.of(object))
          .addKeyValue("reason", reason)
          .addKeyValue("error", ApiErrors.summary(e))
          .log("Failed to create an Event");
    }
  }

  /** kubectl shows the count, and the last time instead of the first. */
  private void countAgain(Resource<Event> event) {
    int count =
        Optional.ofNullable(event.get()).map(Event::getSeries).map(EventSeries::getCount).orElse(1);
    event.patch(
        PatchContext.of(PatchType.JSON_MERGE),
        "{\"series\": {\"count\": %d, \"lastObservedTime\": \"%s\"}}"
            .formatted(count + 1, MICROSECONDS.format(clock.instant())));
  }

  /** The beginning of the object's name, so that the Event's name is not too long, and the ID. */
  private static String name(String object, String id) {
    int longest = DnsNames.MAX_SUBDOMAIN_LENGTH - id.length() - 1;
    String start = object.substring(0, Math.min(object.length(), longest));
    return END_OF_LABEL.matcher(start).replaceFirst("") + "." + id;
  }

  /** The API server counts the bytes of a note. */
  static String shortened(String note) {
    if (note.getBytes(StandardCharsets.UTF_8).length <= LONGEST_NOTE) {
      return note;
    }
    CharBuffer characters = CharBuffer.wrap(note);
    StandardCharsets.UTF_8
        .newEncoder()
        .onMalformedInput(CodingErrorAction.REPLACE)
        .encode(characters, ByteBuffer.allocate(LONGEST_NOTE - ELLIPSIS_BYTES), true);
    return note.substring(0, characters.position()) + "…";
  }

  private Event event(HasMetadata object, String id, String type, String reason, String note) {
    var meta = object.getMetadata();
    return new EventBuilder()
        .withNewMetadata()
        .withName(name(meta.getName(), id))
        .withNamespace(meta.getNamespace())
        .endMetadata()
        .withEventTime(new MicroTime(MICROSECONDS.format(clock.instant())))
        .withType(type)
        .withReason(reason)
        .withAction("Reconcile")
        .withNote(shortened(note))
        .withReportingController(REPORTING_CONTROLLER)
        .withReportingInstance(properties.podName())
        .withNewRegarding()
        .withApiVersion(object.getApiVersion())
        .withKind(object.getKind())
        .withName(meta.getName())
        .withNamespace(meta.getNamespace())
        .withUid(meta.getUid())
        .endRegarding()
        .build();
  }
}
