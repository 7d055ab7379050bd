# In place of the official image of HAProxy: this machine's own program with the libraries that it needs.
ARG BASE
FROM ${BASE}
COPY haproxy /
CMD ["/usr/sbin/haproxy", "-W", "-db", "-f", "/usr/local/etc/haproxy/haproxy.cfg"]
