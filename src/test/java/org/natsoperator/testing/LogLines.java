package org.natsoperator.testing;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.LoggerFactory;

/** Records log events at INFO and above until it is closed. */
public final class LogLines implements AutoCloseable {

  private final Logger root =
      ((LoggerContext) LoggerFactory.getILoggerFactory()).getLogger(Logger.ROOT_LOGGER_NAME);
  private final List<ILoggingEvent> events = new CopyOnWriteArrayList<>();
  private final AppenderBase<ILoggingEvent> appender =
      new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
          if (event.getLevel().isGreaterOrEqual(Level.INFO)) {
            events.add(event);
          }
        }
      };

  private LogLines() {
    appender.setContext(root.getLoggerContext());
    appender.start();
    root.addAppender(appender);
  }

  /** Starts recording. */
  public static LogLines record() {
    return new LogLines();
  }

  /** All events since the start. */
  public List<ILoggingEvent> all() {
    return List.copyOf(events);
  }

  /** The events with this value of a key. */
  public List<ILoggingEvent> with(String key, String value) {
    return events.stream()
        .filter(event -> event.getKeyValuePairs() != null)
        .filter(
            event ->
                event.getKeyValuePairs().stream()
                    .anyMatch(pair -> pair.key.equals(key) && value.equals(pair.value)))
        .toList();
  }

  /** The value of a key of an event; empty if it has none. */
  public static String value(ILoggingEvent event, String key) {
    return event.getKeyValuePairs().stream()
        .filter(pair -> pair.key.equals(key))
        .map(pair -> String.valueOf(pair.value))
        .findFirst()
        .orElse("");
  }

  @Override
  public void close() {
    root.detachAppender(appender);
    appender.stop();
  }
}
