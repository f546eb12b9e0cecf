-- Mailboxes that are polled for years: what of each folder was taken, which is the only thing that decides what is taken next.

-- What a source has to say of a mail that it could not take as it was: cut, because it was too long; or not to be had at all, and then it has no bytes.
ALTER TABLE mailgw.inbound ADD COLUMN note text CHECK (note <> '');

-- received_at is when a mail arrived where it was fetched from, which may be years ago; this is when it arrived here.
ALTER TABLE mailgw.inbound ADD COLUMN accepted_at timestamptz;
ALTER TABLE mailgw.inbound ALTER COLUMN accepted_at SET DEFAULT clock_timestamp();

DROP TABLE mailgw.mailbox;

-- An account as a whole: whether it works.
CREATE TABLE mailgw.mailbox_account (
    account         text PRIMARY KEY CHECK (account <> ''),
    last_success_at timestamptz,
    alarm           text CHECK (alarm <> ''),
    alarm_at        timestamptz,
    CHECK ((alarm IS NULL) = (alarm_at IS NULL))
);

-- A folder. Every UID up to last_uid is done, except those in todo (a set as IMAP writes it, "1:17,20"). A mail that is committed and whose mark may
-- not have reached the server stands in marking. UIDs mean something within one UIDVALIDITY only, and a server may come back to an old one: generation
-- counts the changes. While renumbered, mail that was taken under earlier numbers is looked for before it is fetched.
-- uidvalidity 0: it was never read, and only its alarm is known. version: of two writers the second one is refused.
CREATE TABLE mailgw.mailbox (
    id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account         text NOT NULL,
    folder          text NOT NULL CHECK (folder <> ''),
    uidvalidity     bigint NOT NULL CHECK (uidvalidity BETWEEN 0 AND 4294967295),
    generation      bigint NOT NULL DEFAULT 1 CHECK (generation > 0),
    last_uid        bigint NOT NULL DEFAULT 0 CHECK (last_uid BETWEEN 0 AND 4294967295),
    todo            text NOT NULL DEFAULT '' CHECK (todo ~ '^([0-9]+(:[0-9]+)?(,[0-9]+(:[0-9]+)?)*)?$'),
    marking         text NOT NULL DEFAULT '' CHECK (marking ~ '^([0-9]+(:[0-9]+)?(,[0-9]+(:[0-9]+)?)*)?$'),
    renumbered      boolean NOT NULL DEFAULT false,
    since_at        timestamptz,
    since_uid       bigint NOT NULL DEFAULT 0,
    version         bigint NOT NULL DEFAULT 1,
    last_success_at timestamptz,
    alarm           text CHECK (alarm <> ''),
    alarm_at        timestamptz,
    hint            text CHECK (hint <> ''),
    UNIQUE (account, folder),
    CHECK ((alarm IS NULL) = (alarm_at IS NULL))
);
COMMENT ON COLUMN mailgw.mailbox.since_at IS 'Mail up to since_uid that reached the folder before is not taken; null: no such limit.';
COMMENT ON COLUMN mailgw.mailbox.hint IS 'What cannot be done with this folder, and is no mistake: "no mark possible".';

-- What was taken, by the numbers of the folder as it is now, or (an earlier generation) as it was. It is told again by Message-ID, size and INTERNALDATE, or
-- by its bytes.
CREATE TABLE mailgw.mailbox_mail (
    mailbox    bigint NOT NULL REFERENCES mailgw.mailbox ON DELETE CASCADE,
    generation bigint NOT NULL,
    uid        bigint NOT NULL CHECK (uid BETWEEN 1 AND 4294967295),
    inbound    bigint,
    message_id text,
    size       bigint NOT NULL,
    arrived_at timestamptz,
    sha256     bytea CHECK (octet_length(sha256) = 32),
    PRIMARY KEY (mailbox, generation, uid)
);
CREATE INDEX mailbox_mail_id ON mailgw.mailbox_mail (mailbox, message_id);
COMMENT ON COLUMN mailgw.mailbox_mail.inbound IS
    'The row of inbound. No foreign key: its check would write to every inbound row a second time; the books look.';

REVOKE ALL ON mailgw.mailbox_account, mailgw.mailbox, mailgw.mailbox_mail FROM PUBLIC;

-- The end of every transaction that takes mail out of a folder: how far it came. Somebody else who wrote meanwhile makes it fail as a whole.
CREATE FUNCTION mailgw.mailbox_advance(mailbox bigint, version_read bigint, last bigint, todo_now text, marking_now text,
                                       renumbered_now boolean) RETURNS bigint
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
DECLARE
    version_now bigint;
BEGIN
    UPDATE mailgw.mailbox m
       SET last_uid = last, todo = todo_now, marking = marking_now, renumbered = renumbered_now, version = m.version + 1,
           last_success_at = clock_timestamp()
     WHERE m.id = mailbox AND m.version = version_read
    RETURNING m.version INTO version_now;
    IF version_now IS NULL THEN
        RAISE EXCEPTION 'another process reads this mailbox' USING ERRCODE = '40001';
    END IF;
    RETURN version_now;
END
$$;
REVOKE ALL ON FUNCTION mailgw.mailbox_advance(bigint, bigint, bigint, text, text, boolean) FROM PUBLIC;

-- What 0005 gave for the table that stood here before went with it.
CREATE FUNCTION mailgw.grants_0008() RETURNS void
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
BEGIN
    GRANT SELECT, INSERT, UPDATE ON mailgw.mailbox_account, mailgw.mailbox TO mailgw_ingest;
    GRANT SELECT, INSERT, UPDATE, DELETE ON mailgw.mailbox_mail TO mailgw_ingest;
    GRANT EXECUTE ON FUNCTION mailgw.mailbox_advance(bigint, bigint, bigint, text, text, boolean) TO mailgw_ingest;
    GRANT SELECT ON mailgw.mailbox_account, mailgw.mailbox, mailgw.mailbox_mail TO mailgw_reader;
END
$$;
REVOKE ALL ON FUNCTION mailgw.grants_0008() FROM PUBLIC;
