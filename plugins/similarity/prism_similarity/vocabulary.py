"""Names of outside APIs that mean the same wherever they stand, and the one spelling that each gets.

An attribute (``x.view(...)``) cannot be resolved without types. Whether its name is kept depends on this fixed list
alone and on nothing in the project, so that no file can change how another one is read.
"""

from typing import Final

TENSOR: Final = """
abs add addmm all allclose amax amin any arange argmax argmin argsort as_strided baddbmm bernoulli bincount bmm bool
broadcast_to bucketize cat ceil chunk clamp clone complex contiguous conj cos cosh count_nonzero cross cummax cumprod
cumsum deg2rad det detach device diag diag_embed diagonal diff dim dist div dot dtype einsum empty eq equal erf exp
expand expand_as expm1 eye fft fftn rfft irfft ifft fill flatten flip float float16 bfloat16 float32 float64 floor
floor_divide fmod frac full full_like gather ge grad gt half hardshrink histc imag index_add index_copy index_fill
index_select int int32 int64 inverse irfft2 is_cuda isfinite isinf isnan item kthvalue layout le lerp lgamma linspace
log log10 log1p log2 logaddexp logcumsumexp logical_and logical_not logical_or logical_xor logit logspace logsumexp
long lt masked_fill masked_scatter masked_select matmul matrix_exp max maximum mean median meshgrid min minimum mode
moveaxis mul multinomial nan_to_num narrow ndim ne neg new_empty new_full new_ones new_tensor new_zeros nonzero norm
normal numel numpy ones ones_like outer permute pinverse pixel_shuffle polar pow prod qr quantile rand rand_like
randint randn randn_like randperm real reciprocal relu remainder renorm repeat repeat_interleave requires_grad reshape
rfft2 roll rot90 round rsqrt scatter scatter_add searchsorted select shape sigmoid sign sin sinh size slice_scatter
softmax softplus sort split sqrt square squeeze stack std stride sub sum svd swapaxes t take take_along_dim tan tanh
tensor tensor_split tensordot tile to topk trace transpose tril triu true_divide trunc type type_as unbind unflatten
unfold unique unsqueeze var view view_as_complex view_as_real vstack hstack where zero zeros zeros_like data cpu cuda
is_complex backward T mT item index_put scatter_reduce cdist corrcoef cov is_floating_point log_softmax leaky_relu
gelu silu
"""

MODULE: Final = """
apply buffers children eval modules named_buffers named_children named_modules named_parameters parameters
register_buffer register_forward_hook register_module register_parameter add_module requires_grad load_state_dict
state_dict train training zero_grad step param_groups weight bias in_features out_features in_channels out_channels
kernel_size groups padding dilation normalized_shape num_embeddings embedding_dim eps
"""

PLAIN: Final = """
capitalize casefold copy count decode encode endswith find findall format get index isdigit items join keys lower lstrip
match partition pop popitem read replace rsplit rstrip search setdefault startswith strip sub title update upper values
write discard difference intersection issubset union insert remove reverse sort clear bit_length hex
"""

SYNONYMS: Final = {
    "view": "reshape", "view_as": "reshape", "reshape_as": "reshape", "concat": "cat", "concatenate": "cat",
    "bmm": "matmul", "mm": "matmul", "baddbmm": "matmul", "mul": "*", "multiply": "*", "add": "+", "sub": "-",
    "subtract": "-", "div": "/", "divide": "/", "true_divide": "/", "pow": "**", "negative": "neg",
    "eq": "==", "ne": "==", "lt": "<", "gt": "<", "le": "<", "ge": "<", "greater": "<", "less": "<",
    "absolute": "abs", "clip": "clamp", "clamp_min": "clamp", "clamp_max": "clamp", "swapaxes": "transpose",
    "swapdims": "transpose", "t": "transpose", "mt": "transpose", "size": "shape", "logical_and": "and",
    "logical_or": "or", "logical_not": "not", "floor_divide": "//", "remainder": "%", "fmod": "%",
    "expand_as": "expand", "broadcast_to": "expand", "type_as": "to", "float": "to", "half": "to", "int": "to",
    "long": "to", "bool": "to",
    "cpu": "to", "cuda": "to", "type": "to", "dim": "ndim", "moveaxis": "movedim",
    "maximum": "max", "minimum": "min", "amax": "max", "amin": "min", "fmax": "max", "fmin": "min", "full": "fill",
    "new_zeros": "zeros", "new_ones": "ones", "zeros_like": "zeros", "ones_like": "ones", "randn_like": "randn",
    "rand_like": "rand", "empty_like": "empty", "full_like": "fill", "new_full": "fill", "new_empty": "empty",
    "new_tensor": "tensor", "as_tensor": "tensor", "hstack": "cat", "swish": "silu",
    "truediv": "/", "floordiv": "//", "mod": "%", "getitem": "[]", "getattr": "", "setattr": "",
}  # fmt: skip

EMPTY_CALLS: Final = """
append extend list tuple enumerate set dict items contiguous clone super partial cast isinstance add_module
register_module
"""
SILENT: Final = frozenset(EMPTY_CALLS.split())
"""Calls that leave no trace: containers are filled and turned into another in many ways, all meaning one."""

NARRATION: Final = frozenset(
    ["print", "debug", "info", "warning", "warn", "error", "exception", "log", "critical", "info_once", "warning_once"]
)
"""A statement that is one of these calls says something to a person and does nothing else."""

KEPT: Final = frozenset(TENSOR.split()) | frozenset(MODULE.split()) | frozenset(PLAIN.split()) | SILENT | set(SYNONYMS)


def spelling(name: str) -> str:
    """The one spelling of an outside name: lower case, without the mark of work in place, synonyms taken together."""
    plain = name.lower()
    plain = plain.rstrip("_") or plain
    return SYNONYMS.get(plain, plain)
