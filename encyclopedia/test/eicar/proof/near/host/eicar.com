Words of the same length under the name of the test file, no more.
