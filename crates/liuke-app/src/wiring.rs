//! Which slice listens to which event, and who adds to the customer's timeline: the only upward references.
