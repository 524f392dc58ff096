"""Keeps the files of the running trials where the search was started, whichever machine they run on."""

import hashlib
import io
import os
import shutil
import tarfile
from pathlib import Path

CODE = ("lib", "scripts", "kernel", "requirements", "package.json", "package-lock.json", ".npmrc")
DATA = ("train-images-idx3", "train-labels-idx1", "t10k-images-idx3", "t10k-labels-idx1")

SAFELY = {"filter": "data"} if hasattr(tarfile, "data_filter") else {}


def pack(folder, files):
    """The bytes of an archive of files of a folder; those that are gone by now are left out."""
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode="w") as archive:
        for file in files:
            try:
                archive.add(file, arcname=str(Path(file).relative_to(folder)))
            except FileNotFoundError:
                continue
    return content.getvalue()


def unpack(content, folder):
    """Unpacks an archive of :func:`pack`; nothing in it may lead out of the folder."""
    # The filter of `extractall` is missing in the first Pythons 3.10 and 3.11, such as Debian 12's.
    with tarfile.open(fileobj=io.BytesIO(content)) as archive:
        for entry in archive.getmembers():
            place = Path(entry.name)
            if place.is_absolute() or ".." in place.parts or not (entry.isfile() or entry.isdir()):
                raise RuntimeError(f"An archive of a trial has {entry.name}, which it cannot have.")
            archive.extract(entry, folder, **SAFELY)


def bundle(root, data):
    """The project's code and the images; packages and TensorFlow each machine gets from their registries."""
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode="w") as archive:
        for name in CODE:
            archive.add(Path(root) / name, arcname=name, filter=without_builds)
        names = [f"{name}-ubyte.gz" for name in DATA]
        for name in [*names, *(["SHA256SUMS"] if (Path(data) / "SHA256SUMS").exists() else [])]:
            archive.add(Path(data) / name, arcname=f"data/{name}")
    return content.getvalue()


def without_builds(entry):
    is_build = {"node_modules", "__pycache__"} & set(Path(entry.name).parts)
    return None if is_build else entry


class Keeper:
    """Runs as a Ray actor on the machine of the driver: what trials have reached outlives their machines."""

    def __init__(self, folder, attempts, places, results=None):
        """The results are the folders of networks and of runs, for a search that keeps what it has trained."""
        self.folder = Path(folder)
        # The folders of the project and of the data.
        self.places = places
        self.bundled = None
        self.results = results
        self.attempts = dict(attempts)
        self.folder.mkdir(parents=True, exist_ok=True)

    def open(self, number):
        """Begins an attempt at a trial: its number, and what the earlier ones have kept."""
        self.attempts[number] = self.attempts.get(number, 0) + 1
        path = self._path(number)
        return self.attempts[number], path.read_bytes() if path.exists() else None

    def save(self, number, attempt, content):
        """Keeps what an attempt has reached, unless a later one was begun since."""
        if attempt != self.attempts.get(number):
            return
        partial = self._path(number).with_suffix(".tmp")
        with open(partial, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(partial, self._path(number))

    def keep(self, number, attempt, name, contents):
        """Puts a trained network and its run among the others, if this search keeps them."""
        if self.results is None or attempt != self.attempts.get(number):
            return
        for folder, content in zip(self.results, contents, strict=True):
            partial = Path(folder) / f"{name}.tmp"
            shutil.rmtree(partial, ignore_errors=True)
            unpack(content, partial)
            shutil.rmtree(Path(folder) / name, ignore_errors=True)
            os.replace(partial, Path(folder) / name)

    def close(self, number):
        """Drops what was kept of a trial that is over."""
        self.attempts[number] = self.attempts.get(number, 0) + 1
        self._path(number).unlink(missing_ok=True)

    def bundle(self):
        if self.bundled is None:
            self.bundled = bundle(*self.places)
        return self.bundled

    def bundle_name(self):
        return hashlib.sha256(self.bundle()).hexdigest()[:16]

    def _path(self, number):
        return self.folder / f"{number}.tar"
