"""Every job that a domain declares is one that workers know."""

from tests.laws.source import Source, sources


def test_every_file_of_jobs_is_known_to_the_worker() -> None:
    (worker,) = (each for each in sources("app") if each.name == "app/worker.py")
    declaring = {each.module for each in sources("app") if declares(each)}
    assert declaring <= worker.imports()
    assert {"app.core.mail", "app.recordings.jobs"} <= declaring


def declares(source: Source) -> bool:
    """Whether it declares a job."""
    names = {"job", "errand", "cron"}
    return "app.core.jobs" in source.imports() and any(called in names for _, called in source.calls())
