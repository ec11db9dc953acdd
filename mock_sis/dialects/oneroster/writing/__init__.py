"""PUT, POST and DELETE of line items, results, categories and score scales, under the rules of the
SIS.

All checks of a request precede its first write, so that it is applied completely or not at all.
With a posting lag, the gradebook accepts the writes here and applies them when the lag is over.
"""
