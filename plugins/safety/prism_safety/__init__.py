"""The safety plugin: finds what submitted Python can do, not how it spells it."""
