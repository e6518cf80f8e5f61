package org.natsoperator.kubernetes;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.config.MeterFilterReply;
import java.util.List;
import java.util.stream.Stream;

/**
 * Names the meters of the operator SDK like the operator's own, success and failure as results of
 * one. They have no label but the controller's name.
 */
final class SdkMeters implements MeterFilter {

  private static final String SDK = "reconciliations.";
  private static final String OURS = "nats.operator.reconciliations";
  private static final String TOTAL = ".total";

  /**
   * Of the first the SDK registers two with different tags, of which Prometheus refuses the second;
   * the other is the number of objects, which the operator shows by their state.
   */
  private static final List<String> UNWANTED = List.of("events.received", "custom_resources");

  @Override
  public MeterFilterReply accept(Meter.Id id) {
    return UNWANTED.contains(id.getName()) ? MeterFilterReply.DENY : MeterFilterReply.NEUTRAL;
  }

  @Override
  public Meter.Id map(Meter.Id id) {
    if (!id.getName().startsWith(SDK)) {
      return id;
    }
    List<Tag> tags =
        id.getTags().stream()
            .map(
                tag ->
                    tag.getKey().equals("controller.name")
                        ? Tag.of("controller", tag.getValue())
                        : tag)
            .toList();
    String what = id.getName().substring(SDK.length()).replace(TOTAL, "");
    return switch (what) {
      case "success", "failure" ->
          id.withName(OURS)
              .replaceTags(
                  Stream.concat(tags.stream(), Stream.of(Tag.of("result", what))).toList());
      case "execution.duration" -> id.withName(OURS + ".duration").replaceTags(tags);
      default -> id.withName(OURS + "." + what).replaceTags(tags);
    };
  }
}
