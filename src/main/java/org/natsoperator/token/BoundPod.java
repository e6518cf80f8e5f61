package org.natsoperator.token;

/** The pod to which a token is bound. */
public record BoundPod(String name, String uid) {}
