"""What every plugin has to keep, tried out: by ``prism plugins check`` and by a plugin's own tests (``prism.testing``).

:mod:`prism.conformance.subject` says which plugin it is about, :mod:`prism.conformance.promises` lists what is tried.
"""
