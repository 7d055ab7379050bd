# The image in which approved projects are trained and scored. Build it on any base with Python 3.11 or newer:
#
#   docker build -t prism-evaluator:latest .                                   official Python; PyTorch from pip's index
#   docker build -t prism-evaluator:latest --build-arg BASE=pytorch/pytorch:2.13.0-cuda12.8-cudnn9-runtime .
#
# PyTorch is used if the base has it and installed if it has not. TORCH_INDEX names a second index for pip, such as
# PyTorch's own for builds without GPU support, which are much smaller. Nothing secret is in the image and nothing of a
# submission: project, texts and nonce arrive on the standard input of each run.
ARG BASE=python:3.11-slim
FROM ${BASE}

ARG TORCH=torch==2.13.0
ARG TORCH_INDEX=
RUN ["python3", "-I", "-c", "import importlib.util as u, os, subprocess as s, sys; u.find_spec('torch') or s.run([sys.executable, '-m', 'pip', 'install', '--no-cache-dir', *(['--extra-index-url', os.environ['TORCH_INDEX']] if os.environ['TORCH_INDEX'] else []), os.environ['TORCH']], check=True)"]

# Code only: the bundled texts must not be readable by what is evaluated.
COPY prism/evaluator/*.py /opt/prism/prism/evaluator/
COPY prism/evaluator/__main__.py /opt/prism/__main__.py
# The root file system is read-only at run time, so bytecode is made now.
RUN ["python3", "-I", "-m", "compileall", "-q", "--invalidation-mode", "unchecked-hash", "/opt/prism"]

# As the first process, without an init in front: see prism/evaluator/confinement.py.
USER 65534:65534
WORKDIR /
ENTRYPOINT []
CMD ["python3", "-I", "/opt/prism", "supervise"]
