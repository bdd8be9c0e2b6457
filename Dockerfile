FROM python:3.11-slim-bookworm AS build
WORKDIR /srv/taysir
COPY requirements-tools.lock requirements.lock ./
RUN pip install --no-cache-dir --require-hashes -r requirements-tools.lock \
    && uv venv /opt/taysir \
    && uv pip sync --no-cache --python /opt/taysir --require-hashes requirements.lock
COPY pyproject.toml README.md ./
COPY app app
COPY matching matching
RUN uv pip install --no-cache --python /opt/taysir --no-deps --build-constraints requirements-tools.lock -e .

FROM python:3.11-slim-bookworm
# Arabic, Cyrillic and Latin come from Noto; Droid Fallback has the Chinese in a fiftieth of the space of Noto CJK.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install --yes --no-install-recommends fonts-droid-fallback fonts-noto-core \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --create-home --home-dir /var/lib/taysir taysir
WORKDIR /srv/taysir
COPY --from=build /opt/taysir /opt/taysir
COPY --from=build /srv/taysir .
COPY migrations migrations
COPY seed_data seed_data
ENV PATH=/opt/taysir/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    TAYSIR_DATABASE_URL=sqlite:////var/lib/taysir/taysir.db
USER 10001
VOLUME /var/lib/taysir
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/health/live', timeout=4)"]
CMD ["taysir", "serve", "--host", "0.0.0.0"]
