import os  # noqa  # expect: forbidden-import
import subprocess  # nosec  # expect: forbidden-import
import socket  # type: ignore # pylint: disable=all # expect: forbidden-import
