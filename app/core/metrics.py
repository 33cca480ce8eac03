"""What this process counts about itself, for Prometheus (app/api/metrics.py shows it)."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, PlatformCollector, ProcessCollector

REGISTRY = CollectorRegistry()
ProcessCollector(registry=REGISTRY)
PlatformCollector(registry=REGISTRY)

REQUESTS = Counter(
    "thicket_requests",
    "Requests answered, by surface, method, route and status.",
    ("surface", "method", "route", "status"),
    registry=REGISTRY,
)
SECONDS = Histogram(
    "thicket_request_seconds",
    "How long requests took until their answer was sent.",
    ("surface", "route"),
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
    registry=REGISTRY,
)
OPERATIONS = Counter(
    "thicket_operations",
    "GraphQL operations, by who ran them: one compiled statement, or the executor.",
    ("lane",),
    registry=REGISTRY,
)
COMPILED, EXECUTED = OPERATIONS.labels("compiled"), OPERATIONS.labels("executor")
JOBS_ENDED = Counter(
    "thicket_jobs_ended", "Attempts at jobs in this process, by outcome.", ("name", "outcome"), registry=REGISTRY
)
CONNECTIONS = Gauge(
    "thicket_database_connections",
    "Connections of this process to the database, by state; `most` is the limit.",
    ("state",),
    registry=REGISTRY,
)
JOBS = Gauge(
    "thicket_jobs",
    "Jobs in the database, by state. Due ones wait too.",
    ("name", "state"),
    registry=REGISTRY,
)
OLDEST = Gauge(
    "thicket_jobs_oldest_due_seconds",
    "How long the job has been due that has been due for longest.",
    registry=REGISTRY,
)
UP = Gauge("thicket_database_up", "1: the database answered when this page was asked for.", registry=REGISTRY)
