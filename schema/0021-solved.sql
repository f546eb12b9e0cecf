-- Which help articles solved a ticket, as its requester said: counted from the history, where each is an event whose detail is the article's path.

CREATE INDEX event_solved ON mailgw.event (detail, ticket) WHERE kind = 'solved';
