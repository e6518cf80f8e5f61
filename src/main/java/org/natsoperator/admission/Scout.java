package org.natsoperator.admission;

import org.natsoperator.api.NatsServiceRole;

/** Looks at what a role needs besides itself, quickly: it serves warnings alone. */
interface Scout {

  Surroundings around(NatsServiceRole role);
}
