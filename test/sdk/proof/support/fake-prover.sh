#!/bin/sh
# Stands in for rapidsnark: same command line, proof by snarkjs.
exec "$COREX_TEST_NODE" "$(dirname "$0")/fake-prover.ts" "$@"
