"""Reads the gzip IDX files that the generator writes."""
import gzip
from pathlib import Path

import numpy as np


def read(folder, name):
    """Images as uint8 [N,1,H,W] and labels as int64 [N] of one draw."""
    images = _array(Path(folder) / f'{name}-images-idx3-ubyte.gz', 3)
    labels = _array(Path(folder) / f'{name}-labels-idx1-ubyte.gz', 1)
    if len(images) != len(labels):
        raise SystemExit(f'{folder}: {len(images)} images, but {len(labels)} labels in draw {name} (expected: as many)')
    return images[:, None].copy(), labels.astype(np.int64)


def _array(path, dimensions):
    data = gzip.decompress(path.read_bytes())
    header = np.frombuffer(data, '>i4', count=1 + dimensions)
    if header[0] != 0x0800 + dimensions:
        raise SystemExit(f'{path}: magic number {header[0]} (expected: {0x0800 + dimensions})')
    return np.frombuffer(data, np.uint8, offset=header.nbytes).reshape(header[1:])
