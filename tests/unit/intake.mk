# unit tests of lib/intake
