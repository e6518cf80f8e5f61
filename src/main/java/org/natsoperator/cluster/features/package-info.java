/**
 * The features of a server, one file each: rules, keys of nats.conf, parts of the pod. Start with
 * {@link org.natsoperator.cluster.features.ServerFeature}.
 */
package org.natsoperator.cluster.features;
