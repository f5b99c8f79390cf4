"""Background work: asked for inside a transaction, done by any worker after the commit, shown while it goes on."""
