package org.natsoperator.callout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToIntFunction;
import java.util.stream.Stream;
import org.natsoperator.testing.ClientProcess;
import org.natsoperator.testing.ClientProcess.Language;
import org.natsoperator.testing.Manifests;
import org.natsoperator.testing.PodTokens;
import org.natsoperator.testing.Sandbox;
import org.springframework.util.FileSystemUtils;

/** One client for each library, and the files with their tokens, which this class renews. */
final class RotatingClients implements AutoCloseable {

  /** Reads its token again, but its file always contains the first token. */
  private static final String WITHOUT_RENEWAL = "without-renewal";

  private final ProjectedCluster cluster;
  private final String url;
  private final Path folder = temporaryFolder();
  private final List<ClientProcess> clients = new ArrayList<>();
  private final ClientProcess withoutRenewal;

  private RotatingClients(ProjectedCluster cluster, String url) {
    this.cluster = cluster;
    this.url = url;
    withoutRenewal = start(Language.GO, WITHOUT_RENEWAL);
    for (Language language : Language.values()) {
      clients.add(start(language, name(language)));
    }
  }

  /** Creates their pods, and starts them. */
  static RotatingClients start(Sandbox sandbox, ProjectedCluster cluster, String url) {
    sandbox.apply(Manifests.role(ProjectedCluster.USER, "clients.*"));
    Stream.concat(
            Stream.of(WITHOUT_RENEWAL), Stream.of(Language.values()).map(RotatingClients::name))
        .forEach(name -> sandbox.apply(PodTokens.pod(name, ProjectedCluster.USER)));
    return new RotatingClients(cluster, url);
  }

  /** Requests new tokens, as the kubelet does at 80 % of their life. */
  void renewTokens() {
    clients.forEach(client -> writeToken(client.toString()));
  }

  /** The number of logins of each client. */
  Map<ClientProcess, Integer> logins() {
    return numbers(ClientProcess::logins);
  }

  /** Returns when each client receives messages. */
  void awaitMessages(Duration limit) {
    awaitMessages(Map.of(), limit);
  }

  /** Returns when each client has logged in again since then, and receives messages. */
  void awaitMessages(Map<ClientProcess, Integer> since, Duration limit) {
    await()
        .atMost(limit)
        .untilAsserted(
            () ->
                assertThat(clients)
                    .as(this::output)
                    .allMatch(client -> client.logins() > since.getOrDefault(client, 0))
                    .allMatch(client -> client.messages() > 0));
  }

  /** Fails if a client logs in again during this time, or receives no messages. */
  void assertStayConnected(Duration time) throws InterruptedException {
    Map<ClientProcess, Integer> logins = logins();
    Map<ClientProcess, Integer> messages = numbers(ClientProcess::messages);
    Thread.sleep(time);
    assertThat(logins()).as(this::output).isEqualTo(logins);
    assertThat(clients)
        .as(this::output)
        .allMatch(client -> client.messages() > messages.get(client) + time.toSeconds());
  }

  void assertNoneIsClosed() {
    assertThat(clients).as(this::output).noneMatch(ClientProcess::isClosed);
  }

  List<String> names() {
    return clients.stream().map(ClientProcess::toString).toList();
  }

  ClientProcess withoutRenewal() {
    return withoutRenewal;
  }

  /** The events of all clients. */
  String output() {
    StringBuilder text = new StringBuilder();
    Stream.concat(clients.stream(), Stream.of(withoutRenewal))
        .forEach(client -> text.append("%n%s%n%s%n".formatted(client, client.output())));
    return text.toString();
  }

  @Override
  public void close() {
    clients.forEach(ClientProcess::close);
    withoutRenewal.close();
    FileSystemUtils.deleteRecursively(folder.toFile());
  }

  private ClientProcess start(Language language, String name) {
    Path file = writeToken(name);
    return ClientProcess.start(language, name, url, "clients." + name, file);
  }

  /** Replaces the file at once, like a kubelet. */
  private Path writeToken(String pod) {
    try {
      Path fresh = Files.writeString(folder.resolve(pod + ".new"), cluster.podToken(pod));
      return Files.move(
          fresh,
          folder.resolve(pod),
          StandardCopyOption.ATOMIC_MOVE,
          StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Map<ClientProcess, Integer> numbers(ToIntFunction<ClientProcess> number) {
    Map<ClientProcess, Integer> numbers = new HashMap<>();
    clients.forEach(client -> numbers.put(client, number.applyAsInt(client)));
    return numbers;
  }

  private static String name(Language language) {
    return language.name().toLowerCase(Locale.ROOT);
  }

  private static Path temporaryFolder() {
    try {
      return Files.createTempDirectory("tokens-");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
