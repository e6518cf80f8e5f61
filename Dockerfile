# The base needs a Java 25 runtime and nothing else: no shell, no package manager. `make image` fills target/image.
ARG BASE_IMAGE=eclipse-temurin:25-jre

FROM ${BASE_IMAGE} AS plain
# Libraries change rarely: a layer of their own.
COPY target/image/lib/ /app/lib/
COPY java-options java-security target/image/nats-operator.jar /app/
USER 65532:65532
EXPOSE 8080
# The heap alone, so that it can be replaced: what stands on the command line could not be overridden.
ENV JAVA_TOOL_OPTIONS=-Xmx96m
ENTRYPOINT ["java", "@/app/java-options", "-jar", "/app/nats-operator.jar"]

# The same with an AOT cache: the classes as they are after a first start, against an API server that only pretends. It fits
# the very Java runtime that wrote it, so it is made here.
FROM plain
USER 0
RUN ["java", "-cp", "/app/nats-operator.jar", "org.natsoperator.training.Training", \
  "java", "@/app/java-options", "-XX:AOTCacheOutput=/app/nats-operator.aot", "-Xlog:disable", "-jar", "/app/nats-operator.jar"]
USER 65532:65532
ENTRYPOINT ["java", "@/app/java-options", "-XX:AOTCache=/app/nats-operator.aot", "-jar", "/app/nats-operator.jar"]
