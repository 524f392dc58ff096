"""Unpacks from a wheel only what is needed: unpack.py WHEEL FOLDER PATTERN..."""

import os
import sys
from fnmatch import fnmatch
from zipfile import ZipFile

wheel, folder, *patterns = sys.argv[1:]

with ZipFile(wheel) as archive:
    wanted = [
        entry
        for entry in archive.infolist()
        if not entry.is_dir() and any(fnmatch(entry.filename, pattern) for pattern in patterns)
    ]
    if not wanted:
        sys.exit(f"{wheel} holds nothing like {' or '.join(patterns)}")
    for entry in wanted:
        path = archive.extract(entry, folder)
        mode = entry.external_attr >> 16
        if mode:
            os.chmod(path, mode & 0o777)
