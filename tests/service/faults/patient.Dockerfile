# PRISM's own image with an evaluation that only waits.
ARG BASE=prism-evaluator:latest
FROM ${BASE}
COPY patient.py /opt/prism/__main__.py
# Bytecode made for the base is believed without a look at the source, so it is made anew.
USER 0:0
RUN ["python3", "-I", "-m", "compileall", "-q", "-f", "--invalidation-mode", "unchecked-hash", "/opt/prism"]
USER 65534:65534
