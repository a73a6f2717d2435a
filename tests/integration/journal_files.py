"""The journal's files as they lie on disk (storage/journal/README.md), for tests that damage them."""
import collections
import glob
import os
import struct

HEADER = 4096
Batch = collections.namedtuple("Batch", "path offset length first records")


def segments(folder):
    return sorted(glob.glob(os.path.join(folder, "*.segment")))


def batches_of(path):
    out = []
    with open(path, "rb") as file:
        data = file.read()
    at = HEADER
    while at + 48 <= len(data) and data[at + 8:at + 12] == b"BTCH":
        length, records = struct.unpack_from("<II", data, at + 16)
        first = struct.unpack_from("<Q", data, at + 32)[0]
        out.append(Batch(path, at, length, first, records))
        at += length
    return out


def batches(folder):
    return [batch for path in segments(folder) for batch in batches_of(path)]


def read(batch):
    with open(batch.path, "rb") as file:
        file.seek(batch.offset)
        return file.read(batch.length)


def write(path, offset, data):
    with open(path, "r+b") as file:
        file.seek(offset)
        file.write(data)


def flip_bit(path, offset):
    with open(path, "r+b") as file:
        file.seek(offset)
        byte = file.read(1)[0]
        file.seek(offset)
        file.write(bytes([byte ^ 0x10]))
