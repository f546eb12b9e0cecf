# unit tests of lib/gateway
