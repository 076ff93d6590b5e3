"""Mutants of the Python: one change of one module, shown in a forked child to the tests that run its line.

A room's tests are collected once, in a process that then forks: a first child runs them all and tells which
lines each of them runs; each further child gives the mutant's code to its function and runs the tests of its
lines, so that nobody imports anything twice. What runs on import already, a constant or a class, is put in
place by an import of its own.

Own code, after a look at the two that are well kept. mutmut 3 mutates the bodies of functions only, none that
is decorated and nothing at the level of a module, works on a copy of the tree, in which this project finds no
checkout, and draws no sample. cosmic-ray writes each mutant to disk and starts a test command for it, which
here is seconds of imports a mutant, does not know which tests run a line, and never removes a call. Neither
keeps a list of equivalents with reasons that goes stale when it should.
"""
