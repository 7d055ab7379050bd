"""The operators' console: pages that need nothing but a browser, and in which nothing from a submission is markup."""
