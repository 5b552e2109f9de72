//! What leaves duly: mail, webhooks, tickets mirrored into other systems.
