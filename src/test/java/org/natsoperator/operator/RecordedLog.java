package org.natsoperator.operator;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.OutputStreamAppender;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.slf4j.LoggerFactory;

/** Records all log events of the operator, and those of libraries from INFO on. */
final class RecordedLog implements AutoCloseable {

  private final LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
  private final Map<Logger, Level> levels = new HashMap<>();
  private final ByteArrayOutputStream log = new ByteArrayOutputStream();
  private final OutputStreamAppender<ILoggingEvent> appender = new OutputStreamAppender<>();

  private RecordedLog() {}

  /** The start of a Spring application resets the log: start a record after it. */
  static RecordedLog start() {
    RecordedLog record = new RecordedLog();
    record.attach();
    record.setLevels();
    return record;
  }

  private void attach() {
    PatternLayoutEncoder encoder = new PatternLayoutEncoder();
    encoder.setContext(context);
    encoder.setPattern("%level %logger %msg %kvp %mdc%n%ex{full}");
    encoder.start();
    appender.setContext(context);
    appender.setEncoder(encoder);
    appender.setOutputStream(log);
    appender.start();
    context.getLogger(Logger.ROOT_LOGGER_NAME).addAppender(appender);
  }

  private void setLevels() {
    context.getLoggerList().stream()
        .filter(logger -> logger.getLevel() != null)
        .filter(logger -> logger.getLevel().isGreaterOrEqual(Level.WARN))
        .forEach(logger -> setLevel(logger, Level.INFO));
    setLevel(context.getLogger("org.natsoperator"), Level.TRACE);
  }

  private void setLevel(Logger logger, Level level) {
    levels.put(logger, logger.getLevel());
    logger.setLevel(level);
  }

  String text() {
    return log.toString(StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    levels.forEach(Logger::setLevel);
    context.getLogger(Logger.ROOT_LOGGER_NAME).detachAppender(appender);
  }
}
