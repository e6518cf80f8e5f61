package org.natsoperator.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.events.v1.Event;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.api.NatsClusterStatus;
import org.natsoperator.api.NatsServiceRole;
import org.natsoperator.api.NatsServiceRoleStatus;

/** The texts that users see in a namespace: notes of Events and messages of conditions. */
record UserTexts(List<String> texts) {

  private static final Pattern JAVA = Pattern.compile("\\b[A-Z]\\w+\\[");

  static UserTexts of(Sandbox sandbox) {
    Stream<String> notes = sandbox.events().stream().map(Event::getNote);
    Stream<String> messages =
        Stream.concat(
                items(sandbox, NatsCluster.class)
                    .map(NatsCluster::getStatus)
                    .filter(Objects::nonNull)
                    .map(NatsClusterStatus::conditions),
                items(sandbox, NatsServiceRole.class)
                    .map(NatsServiceRole::getStatus)
                    .filter(Objects::nonNull)
                    .map(NatsServiceRoleStatus::conditions))
            .flatMap(List::stream)
            .map(Condition::getMessage);
    return new UserTexts(Stream.concat(notes, messages).toList());
  }

  /** No text that users see may be that of a Java object. */
  void assertNotJava() {
    assertThat(texts).as("Events and conditions").noneMatch(UserTexts::isJava);
  }

  /** Whether a text contains a record or an Optional, such as {@code ServerVersion[tag=…]}. */
  static boolean isJava(String text) {
    return text != null && JAVA.matcher(text).find();
  }

  private static <T extends HasMetadata> Stream<T> items(Sandbox sandbox, Class<T> type) {
    return sandbox
        .client()
        .resources(type)
        .inNamespace(sandbox.namespace())
        .list()
        .getItems()
        .stream();
  }
}
