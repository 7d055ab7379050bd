"""The built-in plugin that tells a receiver of the operator's own about each change of a submission, signed."""
