"""What has no versions: functions, triggers and policies are brought to their present text after every migration.

Tables change step by step in versions/; what only *says* something stands once, in functions.py and rls.py, and is put
in place anew whenever its text is another than the database's. It happens in one transaction: nobody sees half of it.
"""

from hashlib import sha256

from sqlalchemy import Connection, text

from migrations import billing, exporting, files, functions, intake, live, presence, rls, sweeping, telling

OURS = text(
    "select oid::regprocedure::text from pg_proc"
    " where pronamespace = 'public'::regnamespace and proname like 'thicket\\_%'"
)
SCRIPTS = (
    *functions.SCRIPTS,
    billing.BILLING,
    exporting.EXPORTING,
    intake.INTAKE,
    files.FILES,
    sweeping.SWEEPING,
    live.LIVE,
    live.TOLD,
)
PRESENT = text("select obj_description('alembic_version'::regclass, 'pg_class')")


def put_in_place(connection: Connection) -> bool:
    """Make the database's functions, triggers and policies what the files say; False: they were already."""
    script = _script()
    mark = "functions and policies " + sha256("\n".join(script).encode()).hexdigest()
    if connection.scalar(PRESENT) == mark:
        return False
    take_away(connection)
    for statement in script:
        connection.exec_driver_sql(statement)
    connection.exec_driver_sql(f"comment on table alembic_version is '{mark}'")
    return True


def take_away(connection: Connection) -> None:
    """Remove every function of ours, and with them the policies and triggers that call one."""
    for function in connection.scalars(OURS).all():
        connection.exec_driver_sql(f"drop function if exists {function} cascade")
    connection.exec_driver_sql("comment on table alembic_version is null")


def _script() -> list[str]:
    return [
        rls.ROLE,
        *(statement for script in SCRIPTS for statement in functions.statements(script)),
        *(statement for table in rls.SEEN for statement in rls.protect(table)),
        *(statement for table in rls.HIDDEN for statement in rls.hide(table)),
        *functions.statements("".join(each.TRIGGERS for each in (functions, presence, telling, files, intake, live))),
    ]
