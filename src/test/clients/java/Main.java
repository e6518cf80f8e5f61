import io.nats.client.Connection;
import io.nats.client.ConnectionListener;
import io.nats.client.ErrorListener;
import io.nats.client.Nats;
import io.nats.client.Options;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Sends messages to itself, and prints each event of its connection. */
final class Main {

  private Main() {}

  public static void main(String[] arguments) throws IOException, InterruptedException {
    String subject = arguments[0];
    Options.Builder options =
        Options.builder()
            .server(System.getenv("NATS_URL"))
            .tokenSupplier(Main::token)
            .maxReconnects(-1);
    Connection connection =
        Nats.connect(options.connectionListener(Main::print).errorListener(new Errors()).build());
    connection.createDispatcher(message -> System.out.println("message")).subscribe(subject);
    // The test has ended if nothing reads the output.
    while (!System.out.checkError()) {
      try {
        connection.publish(subject, new byte[0]);
      } catch (IllegalStateException e) {
        System.out.println("error " + e.getMessage());
      }
      Thread.sleep(200);
    }
    System.exit(1);
  }

  /** Is called for each login. */
  private static char[] token() {
    try {
      return Files.readString(Path.of(System.getenv("NATS_TOKEN_FILE"))).toCharArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void print(Connection source, ConnectionListener.Events event) {
    System.out.println(
        switch (event) {
          case CONNECTED, RECONNECTED -> "connected";
          case DISCONNECTED -> "disconnected";
          case CLOSED -> "closed";
          default -> "event " + event;
        });
  }

  private static final class Errors implements ErrorListener {

    @Override
    public void errorOccurred(Connection source, String error) {
      System.out.println("error " + error);
    }

    @Override
    public void exceptionOccurred(Connection source, Exception exception) {
      System.out.println("error " + exception);
    }
  }
}
