"""The scorer's network: base encoder, mean pooling, dropout, one linear head."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

if TYPE_CHECKING:
    from transformers import BertModel


class MeanPooledClassifier(nn.Module):
    """Class logits of shape ``(batch, classes)`` from token ids and mask ``(batch, length)``."""

    def __init__(self, encoder: BertModel, classes: int, dropout: float = 0.1) -> None:
        super().__init__()
        self.encoder = encoder
        self.dropout = nn.Dropout(dropout)
        self.head = nn.Linear(encoder.config.hidden_size, classes)

    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> Tensor:
        """Return unnormalised class scores; padding takes no part in the mean."""
        hidden = self.encoder(input_ids=input_ids, attention_mask=attention_mask)[0]
        mask = attention_mask.unsqueeze(-1).to(hidden.dtype)
        pooled = (hidden * mask).sum(1) / mask.sum(1).clamp(min=1)
        logits: Tensor = self.head(self.dropout(pooled))
        return logits


def masked_cross_entropy(
    logits: Tensor, labels: Tensor, binary: Tensor, weight: Tensor, smoothing: float = 0.0
) -> Tensor:
    """Weighted cross entropy, over negative/positive alone where ``binary`` is set.

    ``smoothing`` spreads that share of the target evenly over the classes that take part.
    """
    neutral = torch.zeros_like(logits, dtype=torch.bool)
    neutral[:, 1] = binary
    log_p = nn.functional.log_softmax(logits.float().masked_fill(neutral, -1e4), dim=1)
    hit = log_p.gather(1, labels.unsqueeze(1)).squeeze(1)
    even = log_p.masked_fill(neutral, 0.0).sum(1) / (~neutral).sum(1)
    loss = -((1 - smoothing) * hit + smoothing * even)
    return (loss * weight).sum() / weight.sum()
