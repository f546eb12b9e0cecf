# unit tests of lib/base
