-- The policy that a rule gave a ticket, a [target NAME] of the configuration; null: that of its queue.
ALTER TABLE mailgw.ticket ADD COLUMN policy text CHECK (policy <> '');
