import io.nats.client.Connection;
import io.nats.client.Message;
import io.nats.client.Nats;
import io.nats.client.Options;
import io.nats.client.Subscription;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** Prints the messages of a subject. */
final class Main {

  /**
   * jnats keeps user and password for the life of a connection, so the loop creates another with
   * the current token.
   */
  public static void main(String[] arguments) throws InterruptedException {
    while (true) {
      try (Connection connection = Nats.connect(options())) {
        print(connection, connection.subscribe(arguments[0]));
      } catch (IOException | IllegalStateException e) {
        System.err.println(e.getMessage());
      }
      Thread.sleep(1000);
    }
  }

  private static void print(Connection connection, Subscription messages)
      throws InterruptedException {
    while (connection.getStatus() != Connection.Status.CLOSED) {
      Message message = messages.nextMessage(Duration.ofSeconds(1));
      if (message != null) {
        System.out.println(new String(message.getData(), StandardCharsets.UTF_8));
      }
    }
  }

  private static Options options() throws IOException {
    String token = Files.readString(Path.of(System.getenv("NATS_TOKEN_FILE"))).strip();
    return Options.builder()
        .server(System.getenv("NATS_URL"))
        .userInfo(System.getenv("NATS_USER"), token)
        .inboxPrefix(System.getenv("NATS_INBOX_PREFIX"))
        // A reconnect would send the old token.
        .noReconnect()
        .build();
  }
}
