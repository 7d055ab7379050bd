"""Reviewing many projects in one go: what ``prism batch`` does once its arguments are known.

    sources --items--> crew (gates at work) --reviews--> journal (a line each) --> tally
                          |readings, where there is a store
                          placing (in the order of the items) --reviews--> journal

Read :mod:`prism.batch.loop` first.
"""
