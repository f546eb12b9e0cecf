# unit tests of lib/config
