-- A server that has moved house may have changed both numbers and dates: then every mail is told again by its bytes, one by one.
CREATE INDEX mailbox_mail_bytes ON mailgw.mailbox_mail (mailbox, sha256);
