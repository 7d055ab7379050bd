"""Names of the standard library's modules, the same for every Python version that PRISM runs on.

Review and evaluation may run on different versions, and a verdict must not depend on the reviewer's: what differs
between the supported versions is listed here and added to what the running version knows.
"""

import sys
from typing import Final

_GONE_AFTER_3_11: Final = "_bootsubprocess asynchat asyncore binhex distutils imp smtpd"
_GONE_AFTER_3_12: Final = (
    "_crypt _msi _sha256 _sha512 _xxinterpchannels _xxsubinterpreters aifc audioop cgi cgitb chunk crypt imghdr "
    "lib2to3 mailcap msilib nis nntplib ossaudiodev pipes sndhdr spwd sunau telnetlib uu xdrlib"
)
_NEW_AFTER_3_11: Final = (
    "_android_support _apple_support _colorize _interpchannels _interpqueues _interpreters _ios_support "
    "_opcode_metadata _pydatetime _pylong _pyrepl _sha2 _suggestions _sysconfig _wmi"
)
_NEW_AFTER_3_13: Final = "_ast_unparse _hmac _py_warnings _remote_debugging _types _zstd annotationlib compression"
_DIFFERING: Final = " ".join((_GONE_AFTER_3_11, _GONE_AFTER_3_12, _NEW_AFTER_3_11, _NEW_AFTER_3_13))

STDLIB_MODULES: Final = sys.stdlib_module_names | frozenset(_DIFFERING.split())
