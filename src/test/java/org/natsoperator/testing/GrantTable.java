package org.natsoperator.testing;

import java.util.List;
import org.natsoperator.api.AllowResponses;
import org.natsoperator.api.Permissions;
import org.natsoperator.api.RoleReasons;

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
        grant("each identity has a private inbox", List.of(), List.of())
            .mayNotPublish("_INBOX_.nats-io.each-identity-has-a-private-inbox.x")
            .maySubscribe(
                "_INBOX_.nats-io.each-identity-has-a-private-inbox.x",
                "_INBOX_.nats-io.each-identity-has-a-private-inbox.x.*",
                "_INBOX_.nats-io.each-identity-has-a-private-inbox.>",
                "_INBOX_.nats-io.each-identity-has-a-private-inbox.x workers")
            .mayNotSubscribe(
                "_INBOX_.nats-io.each-identity-has-a-private-inbox",
                "_INBOX_.nats-io.another.x",
                "_INBOX_.another.each-identity-has-a-private-inbox.x",
                "_INBOX_.nats-io.*.x",
                "_INBOX_.nats-io.>",
                "_INBOX_.*.*.>",
                "_INBOX_.>",
                "_INBOX.>",
                "*.>"),
        grant("a role with subjects has a private inbox too", List.of("a"), List.of("a", "b q"))
            .mayPublish("a")
            .maySubscribe(
                "a", "b q", "_INBOX_.nats-io.a-role-with-subjects-has-a-private-inbox-too.x")
            .mayNotSubscribe("b", "_INBOX_.nats-io.another.x")
            .omittedIn(RoleReasons.QUEUES_NOT_SUPPORTED, "1.2.0"),
        grant("a responder without allowResponses cannot reply", List.of(), List.of("service"))
            .mayNotReplyTo("_INBOX_.nats-io.another.x", "a"),
        grant("a responder with allowResponses can reply once", List.of(), List.of("service"))
            .withResponses(new AllowResponses(null, null))
            .mayReplyTo("_INBOX_.nats-io.another.x", "a")
            .mayNotPublish("_INBOX_.nats-io.another.x", "a", "service")
            .omittedIn(RoleReasons.RESPONSES_NOT_SUPPORTED, "1.2.0"),
        grant("allowResponses does not limit publishing", List.of("b"), List.of("service"))
            .withResponses(new AllowResponses(2, 60))
            .mayPublish("b", "b", "b")
            .mayNotPublish("a")
            .mayReplyTo("_INBOX_.nats-io.another.x", "b")
            .omittedIn(RoleReasons.RESPONSES_NOT_SUPPORTED, "1.2.0"),
        grant(
                "a queue group allows only subscriptions in that group",
                List.of(),
                List.of("jobs workers"))
            .maySubscribe("jobs workers")
            .mayNotSubscribe("jobs", "jobs others", "other workers")
            .omittedIn(RoleReasons.QUEUES_NOT_SUPPORTED, "1.2.0"),
        grant("a queue group may be a wildcard", List.of(), List.of("jobs.> work.*", "plain"))
            .maySubscribe("jobs.a work.a", "jobs.> work.b", "plain", "plain anyone")
            .mayNotSubscribe("jobs.a", "jobs.a work", "jobs.a work.a.b", "other work.a")
            .omittedIn(RoleReasons.QUEUES_NOT_SUPPORTED, "1.2.0"));
  }

  private static Grants grant(String sentence, List<String> publish, List<String> subscribe) {
    return new Grants(sentence, new Permissions(publish, subscribe));
  }
}
