package org.natsoperator.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.natsoperator.api.ClusterReasons;
import org.natsoperator.api.RoleReasons;

/** The health checks in docs/gitops.md name only reasons that exist. */
class GitOpsPageTest {

  private static final Pattern REASON = Pattern.compile("(\\w+)=true");

  @Test
  void healthChecksNameReasonsOfReady() throws IOException {
    String[] scripts =
        Files.readString(Path.of("docs/gitops.md")).split("nats.io_NatsServiceRole: \\|", 2);
    assertThat(reasons(scripts[0])).isNotEmpty().isSubsetOf(ClusterReasons.OF_READY);
    assertThat(scripts[0]).contains("\"%s\"".formatted(ClusterReasons.PAUSED));
    assertThat(reasons(scripts[1])).isNotEmpty().isSubsetOf(RoleReasons.ALL);
  }

  private static List<String> reasons(String script) {
    return REASON.matcher(script).results().map((MatchResult match) -> match.group(1)).toList();
  }
}
