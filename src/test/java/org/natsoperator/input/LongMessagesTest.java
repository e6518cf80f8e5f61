package org.natsoperator.input;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class LongMessagesTest {

  private static final int MEBIBYTE = 1 << 20;
  private static final Duration SHORT = Duration.ofMillis(100);

  private volatile boolean idle;

  @Test
  void connectionsShareTheSpace() throws IOException {
    LongMessages messages = new LongMessages(3 * MEBIBYTE, SHORT);
    LongMessages.OfConnection one = messages.new OfConnection(() -> idle);
    LongMessages.OfConnection other = messages.new OfConnection(() -> idle);
    one.announced(MEBIBYTE);
    one.received();
    one.check();
    one.announced(MEBIBYTE);

    assertThatThrownBy(() -> other.announced(MEBIBYTE))
        .isInstanceOf(IOException.class)
        .hasMessage("the servers send too many long messages");
    assertThatCode(() -> other.announced(LongMessages.LONG)).doesNotThrowAnyException();

    idle = true;
    one.received();
    one.check();
    assertThatCode(() -> other.announced(MEBIBYTE)).doesNotThrowAnyException();
  }

  /** Its own messages are handled while it waits. */
  @Test
  void connectionUsesSpaceOfItsHandledMessages() throws IOException {
    LongMessages messages = new LongMessages(2 * MEBIBYTE, Duration.ofMinutes(1));
    LongMessages.OfConnection one = messages.new OfConnection(() -> idle);
    one.announced(MEBIBYTE);
    one.received();
    one.check();
    idle = true;

    assertThatCode(() -> one.announced(MEBIBYTE)).doesNotThrowAnyException();
  }

  /** The client has not handed it on yet. */
  @Test
  void messageThatEndedInThisReadIsNotHandled() throws IOException {
    LongMessages messages = new LongMessages(2 * MEBIBYTE, SHORT);
    LongMessages.OfConnection one = messages.new OfConnection(() -> true);
    one.announced(MEBIBYTE);
    one.received();

    assertThatThrownBy(() -> one.announced(MEBIBYTE)).isInstanceOf(IOException.class);
    one.check();
    assertThatCode(() -> one.announced(MEBIBYTE)).doesNotThrowAnyException();
  }

  @Test
  void endOfConnectionFreesItsSpace() throws IOException {
    LongMessages messages = new LongMessages(2 * MEBIBYTE, SHORT);
    for (int i = 0; i < 5; i++) {
      LongMessages.OfConnection connection = messages.new OfConnection(() -> false);
      connection.announced(MEBIBYTE);
      connection.close();
      connection.close();
    }
    LongMessages.OfConnection closed = messages.new OfConnection(() -> false);
    closed.close();
    closed.announced(MEBIBYTE);

    LongMessages.OfConnection next = messages.new OfConnection(() -> false);
    assertThatCode(() -> next.announced(MEBIBYTE)).doesNotThrowAnyException();
    LongMessages.OfConnection another = messages.new OfConnection(() -> false);
    assertThatThrownBy(() -> another.announced(MEBIBYTE)).isInstanceOf(IOException.class);
  }

  @Test
  void rejectsMessageThatDoesNotArrive() throws IOException {
    LongMessages messages = new LongMessages(2 * MEBIBYTE, SHORT);
    LongMessages.OfConnection connection = messages.new OfConnection(() -> false);
    connection.announced(MEBIBYTE);

    await()
        .untilAsserted(
            () ->
                assertThatThrownBy(connection::check)
                    .isInstanceOf(IOException.class)
                    .hasMessage("the server sent a long message too slowly"));
    connection.received();
    assertThatCode(connection::check).doesNotThrowAnyException();
  }
}
