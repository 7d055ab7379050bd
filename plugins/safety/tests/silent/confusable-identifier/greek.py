"""Greek names, as papers have them, and names in other scripts. 𝐛𝐨𝐥𝐝 and ﬁne in a comment: раth."""

import torch


def noise(x, α, β=0.9, *, σ_max=1.0, lr_α=0.1, Δt=0.01, λ=1e-4, µ=0.0, ϵ=1e-8):
    """Größe, température, 温度, раth."""
    größe = x * α + β * σ_max * Δt - λ + µ + ϵ
    𝛼 = größe  # the same name as the parameter's in another font
    ν, v, ρ, p = torch.ones(4)
    данные = {"ﬁ": 𝛼, "ｆｕｌｌ": ν * v + ρ * p, "с": lr_α}
    模型, bert模型, été = данные, größe, x
    θ_1, dφ, sayı = 模型, bert模型, été
    return f"раth {θ_1} ｆｕｌｌ", dφ, sayı
