package org.natsoperator.admission;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RehearsalTest {

  /** Else it would rehearse how an error is answered. */
  @Test
  void everyWebhookIsRehearsedWithAReviewThatItReallyJudges() throws Exception {
    Map<String, JsonNode> answers = new Rehearsal().run(1);

    assertThat(answers.keySet()).containsExactlyInAnyOrder(WebhookPaths.PODS, WebhookPaths.ROLES, WebhookPaths.CLUSTERS);
    assertThat(answers.get(WebhookPaths.PODS).at("/response/patch").asText()).as("a pod that is wired").isNotEmpty();
    assertThat(answers.get(WebhookPaths.ROLES).at("/response/status/code").asInt()).as("a role that is refused").isEqualTo(422);
    assertThat(answers.get(WebhookPaths.CLUSTERS).at("/response/allowed").asBoolean()).isTrue();
  }
}
