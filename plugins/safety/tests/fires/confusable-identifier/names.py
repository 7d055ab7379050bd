"""Names that a reader takes for others."""

import torch


def forward(x, раth, path):  # expect: confusable-identifier
    ﬁrst = torch.relu(x)  # expect: confusable-identifier
    total = 𝐬um(first)  # expect: confusable-identifier
    tοrch = path  # expect: confusable-identifier
    return f"{ｆirst}", tоrch, total  # expect: confusable-identifier


class Mоdel:  # expect: confusable-identifier
    ѕize = 3  # expect: confusable-identifier

    def еval(self, ах):  # expect: confusable-identifier
        return self.ѕize  # expect: confusable-identifier


size = 3
