# unit tests of lib/message
