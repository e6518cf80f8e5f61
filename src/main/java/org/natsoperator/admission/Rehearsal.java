package org.natsoperator.admission;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.natsoperator.role.ClusterChoice;
import org.natsoperator.role.ClusterReference;
import org.natsoperator.role.Identity;
import org.springframework.stereotype.Component;

/**
 * Reviews of which nobody hears: read, judged and answered as those of an API server, but in a
 * world without clusters, and the metrics do not count them.
 */
@Component
class Rehearsal {

  private static final String FILE = "/admission/reviews.json";

  private final Map<String, Reviewer> reviewers =
      Map.of(
          WebhookPaths.PODS, new PodReviewer(new EmptyWorld(), new SimpleMeterRegistry()),
          WebhookPaths.ROLES, new RoleReviewer(role -> Surroundings.UNKNOWN),
          WebhookPaths.CLUSTERS, new ClusterReviewer());

  /** Reviews everything so many times; returns the last answers by the path of their webhook. */
  Map<String, JsonNode> run(int times) throws IOException, Rejection {
    ObjectMapper json = new ObjectMapper();
    JsonNode reviews;
    try (InputStream file = Rehearsal.class.getResourceAsStream(FILE)) {
      reviews = json.readTree(file);
    }
    Map<String, JsonNode> answers = new HashMap<>();
    for (int time = 0; time < times; time++) {
      for (Map.Entry<String, JsonNode> review : reviews.properties()) {
        byte[] body = json.writeValueAsBytes(review.getValue());
        byte[] answer = review(reviewers.get(review.getKey()), body);
        answers.put(review.getKey(), json.readTree(answer));
      }
    }
    return answers;
  }

  private static byte[] review(Reviewer reviewer, byte[] body) throws Rejection {
    Review review = ReviewReader.read(body, body.length, reviewer.parts());
    return AnswerWriter.write(review, reviewer.review(review));
  }

  private static final class EmptyWorld implements ClusterLookup {

    @Override
    public boolean watches(String namespace) {
      return true;
    }

    @Override
    public ObservedClient find(Identity client, ClusterReference cluster) {
      return new ObservedClient(
          client, cluster, Optional.empty(), ClusterChoice.of(cluster, List.of()), true);
    }
  }
}
