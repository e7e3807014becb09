"""Training: the loop, the augmentation, and answers in batches."""
import time

import numpy as np
import torch
from torch.nn import functional

BATCH = 64


def augmented(x, random):
    """What may happen to a picture without changing its class: turns, flips, shifts, light, dust, noise and blur."""
    n = len(x)
    x = torch.rot90(x, int(random.integers(4)), (2, 3))
    if random.random() < 0.5:
        x = x.flip(3)
    if random.random() < 0.3:
        angle = torch.from_numpy(random.uniform(-0.3, 0.3, n)).float()
        shift = torch.from_numpy(random.uniform(-0.08, 0.08, (n, 2, 1))).float()
        turn = torch.stack([angle.cos(), -angle.sin(), angle.sin(), angle.cos()], 1).view(n, 2, 2)
        grid = functional.affine_grid(torch.cat([turn, shift], 2), list(x.shape), align_corners=False)
        x = functional.grid_sample(x, grid, padding_mode='border', align_corners=False)
    contrast = torch.from_numpy(random.uniform(0.65, 1.2, (n, 1, 1, 1))).float()
    brightness = torch.from_numpy(random.uniform(0.6, 1.15, (n, 1, 1, 1))).float()
    mean = x.mean((2, 3), keepdim=True)
    x = (mean + (x - mean) * contrast) * brightness
    if random.random() < 0.3:
        x = x * (1 - soft_spots(x, random))
    if random.random() < 0.25:
        x = x + random.uniform(0, 0.05) * torch.from_numpy(random.standard_normal(x.shape, np.float32))
    if random.random() < 0.1:
        x = functional.avg_pool2d(functional.pad(x, (1, 1, 1, 1), mode='replicate'), 3, 1)
    return x.clamp(0, 1)


def soft_spots(x, random, count=4):
    """Shade of a few specks out of focus, as dust on a lens throws it."""
    n, _, height, width = x.shape
    middle = torch.from_numpy(random.uniform(0, 1, (2, n, count, 1, 1))).float()
    radius = torch.from_numpy(random.uniform(2.5, 6, (n, count, 1, 1))).float()
    depth = torch.from_numpy(random.uniform(0, 0.18, (n, count, 1, 1))).float()
    rows = (torch.arange(height).view(1, 1, -1, 1) - middle[0] * height) / radius
    columns = (torch.arange(width).view(1, 1, 1, -1) - middle[1] * width) / radius
    return (depth * (1 - rows ** 2 - columns ** 2).clamp(min=0) ** 2).sum(1, keepdim=True)


def fit(name, model, images, labels, loss, epochs, rate, augment, seed):
    """Trains in place; images uint8 [N,1,H,W]. The loss takes the model, pictures and labels of one batch."""
    torch.manual_seed(seed)
    random = np.random.default_rng(seed)
    x, y = torch.from_numpy(images), torch.from_numpy(labels)
    optimiser = torch.optim.AdamW(model.parameters(), lr=rate, weight_decay=2e-3)
    steps = -(-len(x) // BATCH)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, rate, total_steps=epochs * steps, pct_start=0.2)
    start = time.time()
    model.train()
    for epoch in range(epochs):
        order, total = torch.from_numpy(random.permutation(len(x))), 0.0
        for i in range(0, len(x), BATCH):
            batch = order[i:i + BATCH]
            pictures = x[batch].float() / 255
            if augment:
                pictures = augmented(pictures, random)
            value = loss(model, pictures, y[batch])
            optimiser.zero_grad()
            value.backward()
            optimiser.step()
            schedule.step()
            total += float(value)
        print(f'{name}: epoch {epoch + 1}/{epochs}, loss {total / steps:.4f}, {time.time() - start:.0f} s', flush=True)
    model.eval()
    return model


def classification(model, pictures, labels):
    return functional.cross_entropy(model(pictures), labels)


def early_and_late(split, pictures, labels):
    """The early answer is trained as an edge model's own; the embedding only serves the members."""
    embedding = split.embed(pictures)
    late = sum(functional.cross_entropy(member(embedding), labels) for member in split.members)
    return functional.cross_entropy(split.answer(pictures), labels) + late / len(split.members)


def answers(model, inputs):
    """Outputs for all rows as a float array; uint8 pictures are scaled to 0..1 first."""
    rows = []
    with torch.no_grad():
        for i in range(0, len(inputs), 500):
            x = torch.from_numpy(inputs[i:i + 500])
            rows.append(model(x.float() / 255 if x.dtype == torch.uint8 else x))
    return torch.cat(rows).numpy()
