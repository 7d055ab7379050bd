"""The guarded child process: the only place where a submission's bytes are unpacked, decoded, parsed and analysed.

In the parent: ``client`` asks for a review and watches the clock, ``process`` launches and ends the fork server,
``ledger`` believes nothing it has not validated. In between: ``frames``, JSON messages and raw bytes, never pickle.
On the other side: ``server``, a clean process with the plugins loaded, from which each review gets a fresh ``child``
under ``limits`` and a filter of ``syscalls``. ``boundary`` refuses parsing anywhere else.
"""
