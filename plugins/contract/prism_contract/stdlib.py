"""Names of the standard library's modules, the same for every Python version that PRISM runs on.

Review and evaluation may run on different versions, and a verdict must not depend on the reviewer's: what differs
between the supported versions is listed here and added to what the running version knows.
"""

import sys
from typing import Final

_DIFFERING: Final = frozenset(
    # gone after 3.11, after 3.12
    "_bootsubprocess asynchat asyncore binhex distutils imp smtpd "
    "_crypt _msi aifc audioop cgi cgitb chunk crypt imghdr lib2to3 mailcap msilib nis nntplib ossaudiodev pipes sndhdr "
    "spwd sunau telnetlib uu xdrlib _sha256 _sha512 _xxsubinterpreters _xxinterpchannels "
    # new in 3.12, 3.13, 3.14
    "_pydatetime _pylong _sha2 _wmi "
    "_android_support _apple_support _colorize _interpchannels _interpqueues _interpreters _ios_support "
    "_opcode_metadata _pyrepl _suggestions _sysconfig "
    "_ast_unparse _hmac _py_warnings _remote_debugging _types _zstd annotationlib compression".split()  # noqa: SIM905 - a name a line would be sixty lines
)
STDLIB_MODULES: Final = sys.stdlib_module_names | _DIFFERING
