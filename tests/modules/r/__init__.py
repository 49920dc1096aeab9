"""Tests of modules in R."""
