package org.natsoperator.api.crd;

import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.crdv2.generator.CRDGenerator;
import io.fabric8.crdv2.generator.CRDPostProcessor;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceColumnDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinitionVersion;
import io.fabric8.kubernetes.client.CustomResource;
import java.io.File;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.api.NatsServiceRole;
import org.springframework.boot.logging.LogLevel;
import org.springframework.boot.logging.LoggingSystem;

/** Writes the CRDs into a folder when the project is built. */
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
                .withPostProcessor(new Completion(kind))
                .inOutputDir(folder)
                .generate());
  }

  /** Adds what the generator cannot know. */
  private record Completion(Class<?> kind) implements CRDPostProcessor {

    @Override
    public HasMetadata process(HasMetadata crd, String specVersion) {
      CustomResourceDefinitionVersion version =
          ((CustomResourceDefinition) crd).getSpec().getVersions().getFirst();
      sort(version.getAdditionalPrinterColumns());
      SchemaBounds.limit(version.getSchema().getOpenAPIV3Schema());
      UnsupportedBlocks.describe(version.getSchema().getOpenAPIV3Schema());
      return crd;
    }

    /** The generator sorts columns by their paths; this restores the order of the annotations. */
    private void sort(List<CustomResourceColumnDefinition> columns) {
      List<String> order =
          Stream.of(kind.getAnnotationsByType(AdditionalPrinterColumn.class))
              .map(AdditionalPrinterColumn::name)
              .toList();
      columns.sort(Comparator.comparingInt(column -> order.indexOf(column.getName())));
    }
  }
}
