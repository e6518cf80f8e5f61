package org.natsoperator.callout;

import java.time.Duration;

/**
 * The settings of a cluster for logins with projected tokens.
 *
 * @param maxSession longest time until a connection must log in again
 * @param staleness time for which tokens are accepted without the API server
 * @param bindToPodAddress whether a client must have an address of its pod
 * @param tokensWithoutPod whether tokens that are not bound to a pod are accepted
 */
record LoginPolicy(
    Duration maxSession, Duration staleness, boolean bindToPodAddress, boolean tokensWithoutPod) {}
