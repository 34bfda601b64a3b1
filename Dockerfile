# Mahnwerk for a machine of one's own: web server, worker and commands in one image (docs/docker.md).

FROM python:3.11.13-slim-bookworm AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv /opt/mahnwerk
WORKDIR /src
# What Mahnwerk needs comes first and checked by its hashes: this layer changes only with the lock.
COPY requirements-run.lock ./
RUN /opt/mahnwerk/bin/pip install --require-hashes --only-binary :all: -r requirements-run.lock
COPY pyproject.toml README.md LICENSE ./
COPY core ./core
COPY connectors ./connectors
COPY config ./config
COPY webhook_app ./webhook_app
COPY worker ./worker
COPY cli ./cli
COPY sandbox ./sandbox
RUN /opt/mahnwerk/bin/pip install --no-deps --no-build-isolation .

FROM python:3.11.13-slim-bookworm
# One number, so that folders of the host can be given to it (docs/docker.md).
RUN useradd --uid 10001 --user-group --no-create-home --home-dir /data mahnwerk \
    && install -d -m 0700 -o mahnwerk -g mahnwerk /data /key /backup
COPY --from=build /opt/mahnwerk /opt/mahnwerk
ENV PATH=/opt/mahnwerk/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    MAHNWERK_HOME=/data \
    MAHNWERK_KEY_FILE=/key/key \
    MAHNWERK_SERVE_HOST=0.0.0.0 \
    MAHNWERK_SERVE_PORT=8080
USER mahnwerk
WORKDIR /data
# The key lies apart from the data, so that no copy of the data takes it along.
VOLUME ["/data", "/key"]
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s --retries=3 \
    CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8080/healthz', timeout=4)"]
ENTRYPOINT ["mahnwerk"]
CMD ["serve"]
