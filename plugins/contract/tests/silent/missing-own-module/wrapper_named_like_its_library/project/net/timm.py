import timm

X = timm
