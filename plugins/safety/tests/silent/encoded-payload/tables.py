"""Digests, links, tables and vocabularies. RCCCPP3m8cJrMPkOx90B5Ih1NKIPCw0Ew27YDnHg/XewdnDrlAvVM1+XParYYZuR/8kR9XzO1Fi7vyzgN1PJvfoP8BadyVdWdAZmds+wtOuJAsRCadoc9rpm"""

# RCCCPP3m8cJrMPkOx90B5Ih1NKIPCw0Ew27YDnHg/XewdnDrlAvVM1+XParYYZuR/8kR9XzO1Fi7vyzgN1PJvfoP8BadyVdWdAZmds+wtOuJAsRCadoc9rpm
SHA256 = "7476d058efb9591978cdac347d35c992b54a95ac2f5585e5bfd1d56ecc996697"
LINK = "https://github.com/some-group/some-models/releases/download/v0.1-weights/resnet50_a1h2_176-001a1197.pth"
LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+/!#$%&()*,-.:;<=>?@[]^_`{|}~"
COLOURS = ("FF3838", "FF9D97", "FF701F", "FFB21D", "CFD231", "48F90A", "92CC17", "3DDB86", "1A9334", "00D4BB")
NAMES = ["ResNet50V2", "MobileNetV2", "DenseNet121", "EfficientNetB0", "ViTBase16", "resnet50_a1_in1k", "swin_tiny_224"]
CLASSES = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 27, 28, 31, 32, 33, 34]
WIDTHS = (32, 64, 96, 112, 101, 115, 99, 128, 256, 512)
SEED = 0x9E3779B97F4A7C15F39CC0605CEDC8341082276BF3A27251
PATTERN = r"\x41\x42\x43\x44 [^\r\n\p{L}]?+\p{L}+"
MAGIC = b"\x89PNG\r\n\x1a\n"
ANSI = "\x1b[31m"
EQUATION = "b h i d, b h j d -> b h i j"
LONG_WORD = "layer_norm_after_attention_layer_norm_after_attention_layer_norm_after_attention_layer_norm_after_attention_"


def byte_names():
    bs = [*range(ord("!"), ord("~") + 1), *range(ord("\xa1"), ord("\xac") + 1)]
    following = chr(ord(bs[0]) + 1)
    letters = [chr(ord("a") + i) for i in range(26)]
    return {b: chr(256 + n) for n, b in enumerate(bs)}, bytes(range(256)), bytes(b % 256 for b in bs), letters, following
