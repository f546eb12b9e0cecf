-- The tables of mailgw. Words as in the manual: raw is the bytes of a mail, inbound one arrival of it for one
-- recipient, outcome what became of it. The invariants stand here, so that no program can break them.

CREATE SCHEMA mailgw;

-- Which files of schema/ this database has seen. Each one adds its row in its own transaction.
CREATE TABLE mailgw.migration (
    number     integer PRIMARY KEY CHECK (number > 0),
    name       text NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

-- Numbers that programs draw before they write: a lease's number, a ticket's reference.
CREATE SEQUENCE mailgw.lease_number;
CREATE SEQUENCE mailgw.ticket_reference;

CREATE TABLE mailgw.setting (
    key   text PRIMARY KEY,
    value text NOT NULL
);

-- Keys that sign tokens. One is in use (retired_at is null); retired ones prove until their tokens' life is over.
CREATE TABLE mailgw.token_key (
    id         smallint PRIMARY KEY CHECK (id BETWEEN 0 AND 31),
    secret     bytea NOT NULL CHECK (octet_length(secret) = 32),
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    retired_at timestamptz
);
CREATE UNIQUE INDEX token_key_in_use ON mailgw.token_key ((true)) WHERE retired_at IS NULL;

-- The bytes of mail: insert-only, one row per DATA, partitioned by month so that old ones can go as a whole.
-- EXTERNAL: mail compresses badly (base64), and trying costs more than half the intake.
CREATE TABLE mailgw.raw (
    id          bigint GENERATED ALWAYS AS IDENTITY,
    received_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    bytes       bytea NOT NULL,
    PRIMARY KEY (id, received_at)
) PARTITION BY RANGE (received_at);
ALTER TABLE mailgw.raw ALTER COLUMN bytes SET STORAGE EXTERNAL;
CREATE TABLE mailgw.raw_default PARTITION OF mailgw.raw DEFAULT;

CREATE TABLE mailgw.organisation (
    id      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name    text NOT NULL UNIQUE CHECK (name <> ''),
    domains text[] NOT NULL DEFAULT '{}'
);

-- A person is known by a canonical address (domain as A-labels, everything in lower case).
CREATE TABLE mailgw.person (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    address      text NOT NULL UNIQUE CHECK (address LIKE '%_@_%'),
    name         text,
    organisation bigint REFERENCES mailgw.organisation,
    language     text,
    time_zone    text,
    bouncing     boolean NOT NULL DEFAULT false,
    created_at   timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX person_organisation ON mailgw.person (organisation) WHERE organisation IS NOT NULL;

CREATE TABLE mailgw.agent (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name         text NOT NULL UNIQUE CHECK (name ~ '^[a-z0-9][a-z0-9._-]*$'),
    display_name text NOT NULL,
    address      text UNIQUE,
    active       boolean NOT NULL DEFAULT true
);

CREATE TABLE mailgw.team (
    id   bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text NOT NULL UNIQUE CHECK (name ~ '^[a-z0-9][a-z0-9._-]*$')
);

CREATE TABLE mailgw.team_member (
    team  bigint NOT NULL REFERENCES mailgw.team ON DELETE CASCADE,
    agent bigint NOT NULL REFERENCES mailgw.agent ON DELETE CASCADE,
    PRIMARY KEY (team, agent)
);

-- The primary key is the reference that people see; it comes from a sequence and is never used again.
CREATE TABLE mailgw.ticket (
    reference       bigint PRIMARY KEY CHECK (reference > 0),
    queue           text NOT NULL CHECK (queue <> ''),
    status          text NOT NULL DEFAULT 'new' CHECK (status IN ('new', 'open', 'pending', 'resolved', 'closed')),
    priority        text NOT NULL DEFAULT 'normal' CHECK (priority IN ('low', 'normal', 'high', 'urgent')),
    subject         text NOT NULL,
    requester       bigint REFERENCES mailgw.person,
    organisation    bigint REFERENCES mailgw.organisation,
    language        text,
    assignee        bigint REFERENCES mailgw.agent,
    team            bigint REFERENCES mailgw.team,
    tags            text[] NOT NULL DEFAULT '{}',
    fields          jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(fields) = 'object'),
    correlation_key text,
    merged_into     bigint REFERENCES mailgw.ticket CHECK (merged_into <> reference),
    placeholder     boolean NOT NULL DEFAULT false,
    created_at      timestamptz NOT NULL DEFAULT clock_timestamp(),
    updated_at      timestamptz NOT NULL DEFAULT clock_timestamp(),
    closed_at       timestamptz,
    CHECK ((status IN ('resolved', 'closed')) = (closed_at IS NOT NULL)),
    CHECK (merged_into IS NULL OR status = 'closed')
);
CREATE INDEX ticket_requester ON mailgw.ticket (requester, queue, reference)
    WHERE status IN ('new', 'open', 'pending');
CREATE UNIQUE INDEX ticket_correlation ON mailgw.ticket (queue, correlation_key)
    WHERE correlation_key IS NOT NULL AND status IN ('new', 'open', 'pending');
CREATE INDEX ticket_merged ON mailgw.ticket (merged_into) WHERE merged_into IS NOT NULL;

-- One arrival of a mail for one recipient, from acceptance to its outcome. sender: '' is the null path, null unknown.
-- attempts counts every lease; attempts_alone those without a neighbour in the batch: only these lead to quarantine.
CREATE TABLE mailgw.inbound (
    id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    raw             bigint,
    raw_received_at timestamptz,
    received_at     timestamptz NOT NULL DEFAULT clock_timestamp(),
    source          text NOT NULL,
    sender          text,
    recipient       text,
    auth_user       text,
    queue           text NOT NULL,
    delivery_key    text UNIQUE,
    quiet           boolean NOT NULL DEFAULT false,
    attempts        integer NOT NULL DEFAULT 0,
    attempts_alone  integer NOT NULL DEFAULT 0,
    lease           bigint,
    leased_until    timestamptz,
    outcome         text CHECK (outcome IN ('ticket', 'report', 'duplicate', 'discarded', 'redirected', 'refused',
                                            'quarantined')),
    reason          text,
    ticket          bigint REFERENCES mailgw.ticket,
    duplicate_of    bigint REFERENCES mailgw.inbound,
    done_at         timestamptz,
    FOREIGN KEY (raw, raw_received_at) REFERENCES mailgw.raw (id, received_at) ON DELETE SET NULL,
    CHECK ((raw IS NULL) = (raw_received_at IS NULL)),
    CHECK ((outcome IS NULL) = (done_at IS NULL)),
    CHECK ((outcome IS NULL) = (reason IS NULL)),
    CHECK (outcome IS NULL OR lease IS NULL),
    CHECK ((lease IS NULL) = (leased_until IS NULL)),
    CHECK (outcome IS NOT NULL OR raw IS NOT NULL),
    CHECK (ticket IS NOT NULL OR outcome IS NULL OR outcome NOT IN ('ticket', 'quarantined')),
    CHECK ((outcome IS NOT DISTINCT FROM 'duplicate') = (duplicate_of IS NOT NULL))
);
CREATE INDEX inbound_waiting ON mailgw.inbound (id) WHERE outcome IS NULL;
CREATE INDEX inbound_raw ON mailgw.inbound (raw, raw_received_at) WHERE raw IS NOT NULL;
CREATE INDEX inbound_ticket ON mailgw.inbound (ticket) WHERE ticket IS NOT NULL;
CREATE INDEX inbound_duplicate ON mailgw.inbound (duplicate_of) WHERE duplicate_of IS NOT NULL;

-- A table of its own: a unique key cannot stand on a table that is partitioned by time.
-- expires_at: mail without Message-ID and Date is the same mail for one hour only.
CREATE TABLE mailgw.content_key (
    key         bytea PRIMARY KEY CHECK (octet_length(key) = 32),
    inbound     bigint NOT NULL UNIQUE REFERENCES mailgw.inbound,
    recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    expires_at  timestamptz
);

-- One message or note in a ticket. A part of the original is named by its MIME path, never stored twice.
CREATE TABLE mailgw.article (
    id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    ticket        bigint NOT NULL REFERENCES mailgw.ticket,
    inbound       bigint UNIQUE REFERENCES mailgw.inbound,
    kind          text NOT NULL CHECK (kind IN ('message', 'reply', 'note', 'quarantined')),
    author        bigint REFERENCES mailgw.person,
    agent         bigint REFERENCES mailgw.agent,
    from_name     text,
    from_address  text,
    message_id    text,
    subject       text NOT NULL DEFAULT '',
    text          text NOT NULL,
    spans         jsonb,
    class         text,
    sent_date     timestamptz,
    other_address boolean NOT NULL DEFAULT false,
    created_at    timestamptz NOT NULL DEFAULT clock_timestamp(),
    CHECK (inbound IS NOT NULL OR kind NOT IN ('message', 'quarantined')),
    CHECK (agent IS NOT NULL OR kind <> 'reply')
);
CREATE INDEX article_ticket ON mailgw.article (ticket, id);

-- Every Message-ID seen or referred to, and where. It lives as long as its ticket may be answered.
CREATE TABLE mailgw.message_ref (
    message_id text NOT NULL CHECK (octet_length(message_id) BETWEEN 1 AND 998),
    ticket     bigint NOT NULL REFERENCES mailgw.ticket,
    seen       boolean NOT NULL,
    ours       boolean NOT NULL DEFAULT false,
    automatic  boolean NOT NULL DEFAULT false,
    PRIMARY KEY (message_id, ticket)
);
CREATE INDEX message_ref_ticket ON mailgw.message_ref (ticket);

CREATE TABLE mailgw.participant (
    ticket bigint NOT NULL REFERENCES mailgw.ticket,
    person bigint NOT NULL REFERENCES mailgw.person,
    how    text NOT NULL CHECK (how IN ('requester', 'token', 'agent')),
    since  timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (ticket, person)
);
CREATE INDEX participant_person ON mailgw.participant (person);

-- "Perhaps related": what pointed at a ticket without sufficing to join it; one content in several queues.
CREATE TABLE mailgw.ticket_link (
    ticket bigint NOT NULL REFERENCES mailgw.ticket,
    other  bigint NOT NULL REFERENCES mailgw.ticket CHECK (other <> ticket),
    reason text NOT NULL,
    PRIMARY KEY (ticket, other)
);
CREATE INDEX ticket_link_other ON mailgw.ticket_link (other);

-- One row per ticket and target (a response time owed).
CREATE TABLE mailgw.clock (
    ticket      bigint NOT NULL REFERENCES mailgw.ticket,
    target      text NOT NULL CHECK (target IN ('first-response', 'next-response', 'resolution')),
    policy      text NOT NULL,
    started_at  timestamptz NOT NULL,
    due_at      timestamptz,
    warn_at     timestamptz,
    paused_at   timestamptz,
    warned_at   timestamptz,
    met_at      timestamptz,
    breached_at timestamptz,
    PRIMARY KEY (ticket, target)
);

-- History: who did what, and why. Programs only append to it.
CREATE TABLE mailgw.event (
    id      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at      timestamptz NOT NULL DEFAULT clock_timestamp(),
    ticket  bigint REFERENCES mailgw.ticket,
    inbound bigint REFERENCES mailgw.inbound,
    outbox  bigint,
    actor   text NOT NULL,
    kind    text NOT NULL,
    detail  text NOT NULL DEFAULT ''
);
CREATE INDEX event_ticket ON mailgw.event (ticket, id) WHERE ticket IS NOT NULL;

-- Mail that shall leave. It is written in the transaction that decides it; its bytes go when retention says so.
CREATE TABLE mailgw.outbox (
    id              bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
    kind            text NOT NULL CHECK (kind IN ('acknowledgement', 'reply', 'refusal', 'notice')),
    automatic       boolean NOT NULL,
    ticket          bigint REFERENCES mailgw.ticket,
    article         bigint REFERENCES mailgw.article,
    inbound         bigint REFERENCES mailgw.inbound,
    envelope_sender text NOT NULL,
    recipient       text NOT NULL,
    message_id      text NOT NULL UNIQUE,
    bytes           bytea,
    state           text NOT NULL DEFAULT 'waiting'
                    CHECK (state IN ('waiting', 'sent', 'failed', 'unknown', 'dropped')),
    attempts        integer NOT NULL DEFAULT 0,
    due_at          timestamptz NOT NULL DEFAULT clock_timestamp(),
    expires_at      timestamptz NOT NULL,
    lease           bigint,
    leased_until    timestamptz,
    sent_at         timestamptz,
    last_code       integer,
    last_text       text,
    created_at      timestamptz NOT NULL DEFAULT clock_timestamp(),
    done_at         timestamptz,
    CHECK ((state = 'waiting') = (done_at IS NULL)),
    CHECK ((state = 'sent') = (sent_at IS NOT NULL)),
    CHECK (state = 'waiting' OR lease IS NULL),
    CHECK ((lease IS NULL) = (leased_until IS NULL)),
    CHECK (state <> 'waiting' OR bytes IS NOT NULL),
    CHECK (NOT automatic OR kind <> 'reply')
);
CREATE INDEX outbox_due ON mailgw.outbox (due_at, id) WHERE state = 'waiting';
CREATE INDEX outbox_ticket ON mailgw.outbox (ticket) WHERE ticket IS NOT NULL;
CREATE UNIQUE INDEX outbox_one_acknowledgement ON mailgw.outbox (inbound) WHERE kind = 'acknowledgement';

-- Token buckets: what was left at a moment. They fill with time, and survive restarts.
CREATE TABLE mailgw.counter (
    key    text PRIMARY KEY,
    tokens double precision NOT NULL,
    at     timestamptz NOT NULL DEFAULT clock_timestamp()
);

CREATE TABLE mailgw.rule_hit (
    rule        text PRIMARY KEY,
    hits        bigint NOT NULL DEFAULT 0,
    errors      bigint NOT NULL DEFAULT 0,
    last_hit_at timestamptz
);

-- One per worked inbound row: what was known, what was decided, why.
-- acknowledgement: 'outbox', 'withheld: BUCKET' or 'none: WHY'.
CREATE TABLE mailgw.decision (
    inbound         bigint PRIMARY KEY REFERENCES mailgw.inbound,
    at              timestamptz NOT NULL DEFAULT clock_timestamp(),
    rules_digest    text,
    facts           jsonb NOT NULL,
    decided         jsonb NOT NULL,
    acknowledgement text NOT NULL CHECK (acknowledgement ~ '^(outbox$|withheld: .|none: .)')
);

CREATE TABLE mailgw.mailbox (
    account     text NOT NULL,
    folder      text NOT NULL,
    uidvalidity bigint NOT NULL CHECK (uidvalidity > 0),
    last_uid    bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (account, folder)
);
