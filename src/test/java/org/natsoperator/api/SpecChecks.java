package org.natsoperator.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.natsoperator.cluster.validation.NatsClusterValidator;
import org.natsoperator.decoding.LenientlyRead;
import org.natsoperator.role.NatsServiceRoleValidator;
import org.natsoperator.testing.RawResource;
import org.natsoperator.testing.RawResource.Answer;
import org.natsoperator.testing.SchemaExtremes.Extreme;
import org.natsoperator.validation.FieldError;

/** What happens to an object whose spec gets an extreme value. */
final class SpecChecks {

  private static final Duration POLL = Duration.ofMillis(50);

  private final boolean loose;
  private final AtomicInteger reported = new AtomicInteger();

  /** With the current CRD. */
  SpecChecks() {
    this(false);
  }

  private SpecChecks(boolean loose) {
    this.loose = loose;
  }

  /** With a CRD that admits values which the operator cannot read. */
  static SpecChecks ofLooseCrd() {
    return new SpecChecks(true);
  }

  /** The number of values whose errors were in a condition. */
  int reported() {
    return reported.get();
  }

  static Answer rejectedOrAccepted(RawResource object, Extreme extreme) {
    Answer answer = object.patchSpec(extreme.object());
    assertThat(answer.code()).as(extreme + answer.error()).isIn(200, 400, 413, 422);
    return answer;
  }

  /** What the API server accepts with the current CRD, the operator can read. */
  static Answer rejectedOrReadable(RawResource object, Extreme extreme) {
    Answer answer = rejectedOrAccepted(object, extreme);
    if (answer.isAccepted()) {
      assertThat(answer.object().mismatches()).as(extreme.toString()).isEmpty();
    }
    return answer;
  }

  /** What the API server accepts with the webhooks has no errors. */
  static void rejectedOrValid(RawResource object, Extreme extreme) {
    Answer answer = rejectedOrReadable(object, extreme);
    if (answer.isAccepted()) {
      assertThat(errors(answer.object())).as(extreme.toString()).isEmpty();
    }
  }

  /** The value is accepted, and no condition reports an error. */
  static void isValid(RawResource object, Extreme extreme) {
    Answer answer = rejectedOrReadable(object, extreme);
    assertThat(answer.isAccepted()).as(extreme + answer.error()).isTrue();
    await()
        .alias(extreme.toString())
        .pollDelay(Duration.ZERO)
        .pollInterval(POLL)
        .untilAsserted(
            () ->
                assertThat(object.get().condition("Ready").getObservedGeneration())
                    .isEqualTo(generation(answer)));
    Condition ready = object.get().condition("Ready");
    assertThat(ready.getReason()).as(extreme + ready.getMessage()).isNotEqualTo("Invalid");
  }

  /** If the value is accepted but invalid, the condition Ready names its field. */
  void rejectedOrReported(RawResource object, Extreme extreme) {
    Answer answer =
        loose ? rejectedOrAccepted(object, extreme) : rejectedOrReadable(object, extreme);
    if (answer.isAccepted() && !errors(answer.object()).isEmpty()) {
      awaitReport(object, extreme, generation(answer));
      reported.incrementAndGet();
    }
  }

  private static void awaitReport(RawResource object, Extreme extreme, long generation) {
    await()
        .alias(extreme.toString())
        .pollDelay(Duration.ZERO)
        .pollInterval(POLL)
        .untilAsserted(
            () -> {
              Condition ready = object.get().condition("Ready");
              assertThat(ready.getObservedGeneration()).isEqualTo(generation);
              assertThat(ready.getReason()).isEqualTo("Invalid");
              assertThat(names(ready.getMessage(), extreme)).as(ready.getMessage()).isTrue();
            });
  }

  /**
   * Whether a message contains the field, or the part of the spec that the user must remove or, if
   * the whole spec is too long, shorten. An item of a list may have an error because it lacks
   * another field. A null is a missing field.
   */
  private static boolean names(String message, Extreme extreme) {
    if (extreme.toString().contains("null")) {
      return message.contains("spec.");
    }
    String path = "spec." + extreme.field().replaceAll("\\[].*", "").replace("{}", ".key");
    String part = path.replaceAll("^(spec\\.[^.]*).*", "$1");
    String measured = path.replaceAll("^(spec\\.(pod\\.)?[^.]*).*", "$1");
    return message.contains(path)
        || message.contains(part + ": is not supported yet")
        || message.matches("(?s).*" + Pattern.quote(measured) + ": has \\d+ of the \\d+ char.*");
  }

  private static List<FieldError> errors(LenientlyRead object) {
    return object instanceof NatsCluster cluster
        ? NatsClusterValidator.validate(cluster)
        : NatsServiceRoleValidator.validate((NatsServiceRole) object).stream()
            .filter(error -> !error.message().matches("(?s).* is already listed.*|has more than.*"))
            .toList();
  }

  private static long generation(Answer answer) {
    return ((HasMetadata) answer.object()).getMetadata().getGeneration();
  }
}
