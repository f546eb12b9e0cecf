# unit tests of lib/ticket
