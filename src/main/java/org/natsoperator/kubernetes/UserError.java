package org.natsoperator.kubernetes;

/** Marks an exception that a user can repair; the object's status explains it. */
public interface UserError {}
