"""The similarity plugin: finds copies of earlier submissions, however they are dressed."""
