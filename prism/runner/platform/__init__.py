"""The broker of Platform, reached over HTTP: for validators whose containers run on another machine."""
