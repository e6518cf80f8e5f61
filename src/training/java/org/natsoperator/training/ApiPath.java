package org.natsoperator.training;

import java.util.Arrays;
import java.util.List;

/**
 * The parts of a request path.
 *
 * @param collection group, version and plural, without the namespace
 * @param name empty for a whole collection
 * @param subresource empty for the object itself
 */
record ApiPath(String collection, String namespace, String name, String subresource) {

  static ApiPath of(String path) {
    List<String> parts = Arrays.asList(path.substring(1).split("/"));
    int version = parts.getFirst().equals("api") ? 2 : 3;
    String group = String.join("/", parts.subList(0, version));
    List<String> rest = parts.subList(version, parts.size());
    boolean namespaced = rest.size() > 2 && rest.getFirst().equals("namespaces");
    String namespace = namespaced ? rest.get(1) : "";
    List<String> object = namespaced ? rest.subList(2, rest.size()) : rest;
    return new ApiPath(
        group + "/" + object.getFirst(), namespace, part(object, 1), part(object, 2));
  }

  ApiPath named(String name) {
    return new ApiPath(collection, namespace, name, subresource);
  }

  /**
   * Whether a list or watch of this path contains the object; with a name, only that object. The
   * namespace of a whole collection is ignored.
   */
  boolean contains(ApiPath object) {
    return collection.equals(object.collection)
        && (name.isEmpty() || name.equals(object.name) && namespace.equals(object.namespace));
  }

  ApiPath withoutSubresource() {
    return new ApiPath(collection, namespace, name, "");
  }

  private static String part(List<String> parts, int index) {
    return parts.size() > index ? parts.get(index) : "";
  }
}
