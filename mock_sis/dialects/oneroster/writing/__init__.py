"""PUT, POST and DELETE of line items, results, categories and score scales, under the rules of the
SIS.

Every check of a request comes before its first write, so that nothing is half-applied. A write that
the SIS posts late is accepted here and applied when its time has come.
"""
