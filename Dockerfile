# Comitia in a container: the wheel is built in one image and installed in another, which runs it as nobody in particular.
# Mount a volume on /srv/comitia with app.yaml in it; the database is kept there too unless COMITIA_DATABASE__URL says otherwise.
FROM python:3.11-slim AS build
WORKDIR /src
COPY pyproject.toml constraints.txt README.md LICENSE CHANGELOG.md app.yaml ./
COPY rituals ./rituals
COPY storage ./storage
COPY bot ./bot
RUN python -m venv /opt/comitia \
    && /opt/comitia/bin/pip install --no-cache-dir --disable-pip-version-check -c constraints.txt .

FROM python:3.11-slim
LABEL org.opencontainers.image.title="Comitia" \
      org.opencontainers.image.description="The chat bot that runs an organisation's AI-governance rituals" \
      org.opencontainers.image.licenses="Apache-2.0"
RUN useradd --uid 10001 --user-group --no-create-home --home-dir /srv/comitia --shell /usr/sbin/nologin comitia \
    && install --directory --owner=comitia --group=comitia --mode=0750 /srv/comitia
COPY --from=build /opt/comitia /opt/comitia
ENV PATH="/opt/comitia/bin:$PATH" \
    PYTHONDONTWRITEBYTECODE=1 \
    COMITIA_WEB__HOST=0.0.0.0
WORKDIR /srv/comitia
VOLUME ["/srv/comitia"]
USER 10001:10001
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=2m --retries=3 \
    CMD ["python", "-c", "import os, urllib.request as r; r.urlopen('http://127.0.0.1:' + os.environ.get('COMITIA_WEB__PORT', '8080') + '/healthz', timeout=4)"]
ENTRYPOINT ["comitia"]
CMD ["run"]
