package org.natsoperator.kubernetes;

/** Marks an exception whose cause a user can fix; the object's status explains it. */
public interface UserError {}
