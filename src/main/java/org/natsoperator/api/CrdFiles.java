package org.natsoperator.api;

import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.crdv2.generator.CRDGenerator;
import io.fabric8.crdv2.generator.CRDPostProcessor;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceColumnDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.CustomResource;
import java.io.File;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.springframework.boot.logging.LogLevel;
import org.springframework.boot.logging.LoggingSystem;

/**
 * Writes the CRDs into a folder when the project is built. The generator sorts printer columns by
 * their paths; this restores the order of the annotations.
 */
final class CrdFiles {

  private static final List<Class<? extends CustomResource<?, ?>>> KINDS =
      List.of(NatsCluster.class, NatsServiceRole.class);

  private CrdFiles() {}

  public static void main(String[] arguments) {
    LoggingSystem.get(CrdFiles.class.getClassLoader())
        .setLogLevel(LoggingSystem.ROOT_LOGGER_NAME, LogLevel.WARN);
    File folder = new File(arguments[0]);
    if (!folder.isDirectory() && !folder.mkdirs()) {
      throw new IllegalStateException("cannot create " + folder);
    }
    KINDS.forEach(
        kind ->
            new CRDGenerator()
                .customResourceClasses(kind)
                .withPostProcessor(sorted(kind))
                .inOutputDir(folder)
                .generate());
  }

  private static CRDPostProcessor sorted(Class<?> kind) {
    List<String> order =
        Stream.of(kind.getAnnotationsByType(AdditionalPrinterColumn.class))
            .map(AdditionalPrinterColumn::name)
            .toList();
    return new CRDPostProcessor() {
      @Override
      public HasMetadata process(HasMetadata crd, String version) {
        ((CustomResourceDefinition) crd)
            .getSpec()
            .getVersions()
            .getFirst()
            .getAdditionalPrinterColumns()
            .sort(
                Comparator.comparingInt(
                    (CustomResourceColumnDefinition column) -> order.indexOf(column.getName())));
        return crd;
      }
    };
  }
}
