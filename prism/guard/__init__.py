"""The guarded child process: the only place where a submission's bytes are unpacked, decoded, parsed and analysed.

client.Guard   in the parent: asks for a review, watches the clock, believes nothing it has not validated
server         a fork server: a clean process with the plugins loaded, from which each review gets a fresh child
child          one review under limits, reporting as it goes
frames         what crosses between them: JSON messages and raw bytes, never pickle
boundary       refuses parsing anywhere else
"""
