"""The proof that the suite finds what it should, and nothing else: `make proof`.

Theory of operation. A subject is the reference, a mutant or another correct exporter, in one
dialect. `playing` plays all rules of the dialect with it, and explores it; the result is a value.
`results` keeps each result as a line of a file as soon as there is one, with a key made of all that
it depends on, so that an interrupted run goes on. `verdicts` compares the results with what each
mutant names, `page` writes them as docs/mutants.md, and `command` puts the parts together.
"""
