"""Long proofs that nothing is lost or said twice: small ones run with the tests, whole ones by `make soak`."""
