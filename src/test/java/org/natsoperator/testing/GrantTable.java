package org.natsoperator.testing;

import java.util.List;
import java.util.Map;

/**
 * The meaning of grants on a server, independent of how the server gets them: one row per rule.
 * {@link NatsClient} finds out what a client with the grants of a row can do.
 */
public final class GrantTable {

  private GrantTable() {}

  public static List<Grants> rows() {
    return List.of(
        grant(
                "the user of the walkthrough",
                List.of("foo.*", "foo.bar.quux"),
                List.of("foo.bar", "greetings", "hello.world"))
            .mayPublish("foo.x", "foo.bar.quux")
            .mayNotPublish("foo", "foo.bar.baz", "foo.bar.quux.more", "hello.world", "fo")
            .maySubscribe("foo.bar", "greetings", "hello.world", "hello.world workers")
            .mayNotSubscribe(
                "hi",
                "foo.*",
                "hello.*",
                "hello.>",
                "*",
                ">",
                "hello",
                "hello.world.x",
                "hi workers"),
        grant("the admin of the walkthrough", List.of(">"), List.of(">"))
            .mayPublish("a", "a.b.c")
            .maySubscribe("a", "a.*", "a.>", "*", ">", "a workers"),
        grant("a missing publish side allows no publishing", List.of(), List.of("a"))
            .mayNotPublish("a", "b", "b.c", "_INBOX.x")
            .maySubscribe("a")
            .mayNotSubscribe("b", ">", "*"),
        grant("a missing subscribe side allows no subscribing", List.of("a"), List.of())
            .mayPublish("a")
            .mayNotPublish("b")
            .mayNotSubscribe("a", "b", "*", "a.>", ">", "_INBOX.>", "_INBOX.x", "a workers"),
        grant("empty lists allow nothing", List.of(), List.of())
            .mayNotPublish("a", "a.b", "_INBOX.x")
            .mayNotSubscribe("a", ">", "*", "_INBOX.x"),
        grant("* stands for one token", List.of("a.*.c", "z.*"), List.of("a.*.c", "z.*"))
            .mayPublish("a.b.c", "a.x.c", "z.a")
            .mayNotPublish("a.c", "a.b.b.c", "a.b.d", "a.b.c.d", "z.a.b", "z")
            .maySubscribe("a.b.c", "a.*.c", "z.*")
            .mayNotSubscribe("a.*.*", "a.>", "a.b.d", "*.b.c", "z.a.b", "z.*.*", "z"),
        // Servers treat the ">" of a subscription as a token: a bug of all versions so far.
        grant("a * at the end wrongly allows a subscription to >", List.of(), List.of("z.*"))
            .maySubscribe("z.>"),
        grant(
                "a wildcard applies despite a longer subject with the same prefix",
                List.of("foo.*", "foo.bar.quux"),
                List.of())
            .mayPublish("foo.bar")
            .wronglyRefused("2.10.27", "foo.bar"),
        grant("> stands for one token or more", List.of("a.>"), List.of("a.>"))
            .mayPublish("a.b", "a.b.c.d")
            .mayNotPublish("a", "b.a")
            .maySubscribe("a.b", "a.*", "a.>", "a.*.c")
            .mayNotSubscribe("a", "*", "*.>", ">"),
        grant("case matters", List.of("Foo"), List.of("Foo"))
            .mayPublish("Foo")
            .mayNotPublish("foo", "FOO")
            .maySubscribe("Foo")
            .mayNotSubscribe("foo"),
        grant(
                "special characters of JSON are plain characters",
                List.of("q\"uo\\te", "<&>.ü"),
                List.of("q\"uo\\te", "<&>.ü"))
            .mayPublish("q\"uo\\te", "<&>.ü")
            .mayNotPublish("quote", "<&>.u")
            .maySubscribe("q\"uo\\te", "<&>.ü")
            .mayNotSubscribe("quote"),
        grant("responses to requests need the inbox", List.of("service"), List.of("_INBOX.>"))
            .mayPublish("service")
            .mayNotPublish("_INBOX.x")
            .maySubscribe("_INBOX.x", "_INBOX.>")
            .mayNotSubscribe("service"),
        grant(
                "a queue group allows only subscriptions in that group",
                List.of(),
                List.of("jobs workers"))
            .maySubscribe("jobs workers")
            .mayNotSubscribe("jobs", "jobs others", "other workers")
            .omittedIn("1.2.0"),
        grant("a queue group may be a wildcard", List.of(), List.of("jobs.> work.*", "plain"))
            .maySubscribe("jobs.a work.a", "jobs.> work.b", "plain", "plain anyone")
            .mayNotSubscribe("jobs.a", "jobs.a work", "jobs.a work.a.b", "other work.a")
            .omittedIn("1.2.0"));
  }

  private static Grants grant(String sentence, List<String> publish, List<String> subscribe) {
    return new Grants(
        sentence, publish, subscribe, List.of(), List.of(), List.of(), List.of(), Map.of(),
        List.of());
  }

  /**
   * A row: subjects as a role grants them, and the expected results.
   *
   * @param subscribe {@code subject} or {@code subject queue}, as are {@code maySubscribe} and
   *     {@code mayNotSubscribe}
   * @param wronglyRefused subjects of {@code mayPublish} that a version of nats-server refuses
   *     because of a bug, by version
   * @param omittedIn versions of nats-server that do not support the grant: the operator omits the
   *     role
   */
  public record Grants(
      String sentence,
      List<String> publish,
      List<String> subscribe,
      List<String> mayPublish,
      List<String> mayNotPublish,
      List<String> maySubscribe,
      List<String> mayNotSubscribe,
      Map<String, List<String>> wronglyRefused,
      List<String> omittedIn) {

    private Grants mayPublish(String... subjects) {
      return new Grants(
          sentence,
          publish,
          subscribe,
          List.of(subjects),
          mayNotPublish,
          maySubscribe,
          mayNotSubscribe,
          wronglyRefused,
          omittedIn);
    }

    private Grants mayNotPublish(String... subjects) {
      return new Grants(
          sentence,
          publish,
          subscribe,
          mayPublish,
          List.of(subjects),
          maySubscribe,
          mayNotSubscribe,
          wronglyRefused,
          omittedIn);
    }

    private Grants maySubscribe(String... entries) {
      return new Grants(
          sentence,
          publish,
          subscribe,
          mayPublish,
          mayNotPublish,
          List.of(entries),
          mayNotSubscribe,
          wronglyRefused,
          omittedIn);
    }

    private Grants mayNotSubscribe(String... entries) {
      return new Grants(
          sentence,
          publish,
          subscribe,
          mayPublish,
          mayNotPublish,
          maySubscribe,
          List.of(entries),
          wronglyRefused,
          omittedIn);
    }

    private Grants wronglyRefused(String version, String... subjects) {
      return new Grants(
          sentence,
          publish,
          subscribe,
          mayPublish,
          mayNotPublish,
          maySubscribe,
          mayNotSubscribe,
          Map.of(version, List.of(subjects)),
          omittedIn);
    }

    private Grants omittedIn(String... versions) {
      return new Grants(
          sentence,
          publish,
          subscribe,
          mayPublish,
          mayNotPublish,
          maySubscribe,
          mayNotSubscribe,
          wronglyRefused,
          List.of(versions));
    }

    /**
     * Returns true if a server of this version rejects publishing to a granted subject because of a
     * bug.
     */
    public boolean isWronglyRefused(String version, String subject) {
      return wronglyRefused.getOrDefault(version, List.of()).contains(subject);
    }

    @Override
    public String toString() {
      return sentence;
    }
  }
}
