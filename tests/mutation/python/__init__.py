"""Mutants of the Python: one change of one module, shown in a forked child to the tests that run its line.

Own code, after a look at the two that are well kept. mutmut 3 mutates the bodies of functions only, none that
is decorated and nothing at the level of a module, works on a copy of the tree, in which this project finds no
checkout, and draws no sample. cosmic-ray writes each mutant to disk and starts a test command for it, which
here is seconds of imports a mutant, does not know which tests run a line, and never removes a call. Neither
keeps a list of equivalents with reasons that goes stale when it should.
"""
