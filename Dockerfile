# One image for `serve`, `worker` and `migrate`. What it promises is checked by tests/deploy/test_dockerfile.py.

FROM python:3.11-slim AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
WORKDIR /src

# Wheels of all locked dependencies, each held against its hash.
COPY requirements/ requirements/
RUN python -m pip wheel --require-hashes --wheel-dir /wheels --requirement requirements/runtime.txt

# Our own wheel, built with the locked setuptools and nothing from the network.
RUN sed -n '/^setuptools==/,/# via/p' requirements/dev.txt > setuptools.txt \
    && python -m pip install --require-hashes --requirement setuptools.txt
COPY pyproject.toml README.md LICENSE ./
COPY service/ service/
RUN python -m pip wheel --no-deps --no-build-isolation --no-index --wheel-dir /wheels .

# Without the extra `embedded`: the lock names its Valkey too, and production brings its own.
RUN python -m venv --without-pip /opt/quickbooks-sync \
    && python -m pip --python /opt/quickbooks-sync/bin/python install --no-index --find-links /wheels quickbooks-sync


FROM python:3.11-slim
RUN groupadd --gid 10001 service \
    && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin service \
    && python -m pip uninstall --yes --root-user-action=ignore pip setuptools wheel
COPY --from=build /opt/quickbooks-sync /opt/quickbooks-sync
ENV PATH=/opt/quickbooks-sync/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    SYNC_HOST=0.0.0.0
WORKDIR /opt/quickbooks-sync
USER 10001:10001
EXPOSE 8000
ENTRYPOINT ["quickbooks-sync"]
CMD ["serve"]
