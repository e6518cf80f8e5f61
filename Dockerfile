# The base image needs only a Java 25 runtime, without a shell or package manager. `make image-files` creates target/image.
ARG BASE_IMAGE=eclipse-temurin:25-jre

FROM ${BASE_IMAGE} AS plain
# Libraries change rarely, so they have a separate layer.
COPY target/image/lib/ /app/lib/
COPY java-options java-security target/image/nats-operator.jar /app/
USER 65532:65532
EXPOSE 8080
# Only the heap size, so that the chart can override it. Options on the command line take precedence over this variable.
ENV JAVA_TOOL_OPTIONS=-Xmx96m
# One arena for malloc. Several arenas keep more free memory: some 6 MiB with 500 roles.
ENV MALLOC_ARENA_MAX=1
ENTRYPOINT ["java", "@/app/java-options", "-jar", "/app/nats-operator.jar"]

# The training run writes the AOT cache: the operator starts against a fake API server, which is in /training.
# The JVM accepts a cache only with the Java runtime and class path that wrote it, so this stage starts the final image's command.
FROM plain AS training
USER 0
COPY target/image/training/ /training/
RUN ["java", "-cp", "/app/nats-operator.jar:/training/*", "org.natsoperator.training.Training", \
  "java", "@/app/java-options", "-XX:AOTCacheOutput=/app/nats-operator.aot", "-Xlog:disable", "-jar", "/app/nats-operator.jar"]

FROM plain
COPY --from=training /app/nats-operator.aot /app/
ENTRYPOINT ["java", "@/app/java-options", "-XX:AOTCache=/app/nats-operator.aot", "-jar", "/app/nats-operator.jar"]
