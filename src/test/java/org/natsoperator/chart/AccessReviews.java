package org.natsoperator.chart;

import io.fabric8.kubernetes.api.model.authorization.v1.SubjectAccessReviewBuilder;
import org.natsoperator.testing.ChartServer;
import org.natsoperator.testing.ChartServer.Release;

/** Asks the API server for the permissions of the operator of a release. */
final class AccessReviews {

  private AccessReviews() {}

  /** The answer for resources; a namespace of null means all namespaces. */
  static boolean may(
      Release release,
      String namespace,
      String verb,
      String group,
      String resource,
      String subresource) {
    return ask(
        review(release)
            .editSpec()
            .withNewResourceAttributes()
            .withNamespace(namespace)
            .withVerb(verb)
            .withGroup(group)
            .withResource(resource)
            .withSubresource(subresource)
            .endResourceAttributes()
            .endSpec());
  }

  /** The answer for the object with this name. */
  static boolean mayName(
      Release release, String namespace, String verb, String group, String resource, String name) {
    return ask(
        review(release)
            .editSpec()
            .withNewResourceAttributes()
            .withNamespace(namespace)
            .withVerb(verb)
            .withGroup(group)
            .withResource(resource)
            .withName(name)
            .endResourceAttributes()
            .endSpec());
  }

  static boolean mayGet(Release release, String path) {
    return ask(review(release).editSpec().withNewNonResourceAttributes(path, "get").endSpec());
  }

  /** Without the groups of all ServiceAccounts, whose permissions do not come from the chart. */
  private static SubjectAccessReviewBuilder review(Release release) {
    return new SubjectAccessReviewBuilder().withNewSpec().withUser(release.user()).endSpec();
  }

  private static boolean ask(SubjectAccessReviewBuilder review) {
    return ChartServer.client()
        .authorization()
        .v1()
        .subjectAccessReview()
        .create(review.build())
        .getStatus()
        .getAllowed();
  }
}
