"""The private cluster: it comes up, comes back, and says clearly what is missing."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest

from db import binaries, cluster, host, server, settings

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def home() -> Iterator[Path]:
    """A throw-away home of a short name that an unprivileged server can enter."""
    folder = Path(tempfile.mkdtemp(prefix="anju-test-"))
    folder.chmod(0o755)
    yield folder
    cluster.stop(folder)
    shutil.rmtree(folder)


@pytest.fixture(autouse=True)
def _private(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)


def on(found: cluster.Cluster, statement: str, name: str = "postgres") -> list[tuple[object, ...]]:
    with server.connect(found.url(name)) as connection:
        cursor = connection.execute(statement)
        return cursor.fetchall() if cursor.description else []


def write_one_row(found: cluster.Cluster) -> None:
    with server.connect(found.url("postgres", role=cluster.ADMIN)) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS kept (word text)")
        connection.execute("GRANT SELECT ON kept TO anju")
        connection.execute("INSERT INTO kept VALUES ('常熟市')")


def kill_the_postmaster(home: Path) -> None:
    pid = cluster.postmaster_pid(home)
    assert pid is not None
    os.kill(pid, signal.SIGKILL)


def test_a_new_cluster_holds_chinese_trigrams_and_postgis_in_every_new_database(home: Path) -> None:
    found = cluster.start(home)
    on(found, "CREATE DATABASE fresh")
    assert on(found, "SELECT cardinality(show_trgm('常熟市'))", "fresh") == [(4,)]
    versions = server.check(found.url("fresh"))
    assert versions.ctype == "C.UTF-8"
    assert binaries.version_of(versions.postgis or "") >= binaries.MIN_POSTGIS


def test_the_product_is_no_superuser_and_its_password_is_private(home: Path) -> None:
    found = cluster.start(home)
    assert on(found, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user") == [(False,)]
    assert (home / "cluster.json").stat().st_mode & 0o077 == 0
    assert found.data_dir.stat().st_mode & 0o077 == 0
    with pytest.raises(server.ServerUnreachableError, match="password"):
        server.connect(replace(found, password="guessed").url("postgres"))


def test_it_listens_on_loopback_only_and_never_on_the_usual_port(home: Path) -> None:
    found = cluster.start(home)
    assert on(found, "SELECT current_setting('listen_addresses')") == [("127.0.0.1",)]
    assert found.port != 5432
    with psycopg.connect(found.tcp_url("postgres")) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)


def test_starting_twice_keeps_one_server(home: Path) -> None:
    cluster.start(home)
    first = cluster.postmaster_pid(home)
    cluster.start(home)
    assert cluster.postmaster_pid(home) == first


def test_two_who_start_at_once_get_the_same_server(home: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from db import cluster; print(cluster.start(Path(sys.argv[1])).port)"
    )
    starters = [
        subprocess.Popen([sys.executable, "-c", program, str(home)], cwd=ROOT, stdout=subprocess.PIPE, text=True)
        for _ in range(3)
    ]
    ports = {starter.communicate(timeout=120)[0].strip() for starter in starters}
    assert [starter.returncode for starter in starters] == [0, 0, 0]
    assert ports == {str(cluster.load(home).port)}


def test_after_kill_9_it_starts_again_with_everything_acknowledged(home: Path) -> None:
    write_one_row(cluster.start(home))
    kill_the_postmaster(home)
    again = cluster.start(home)
    assert on(again, "SELECT word FROM kept") == [("常熟市",)]


def test_after_kill_9_of_one_backend_the_server_recovers_by_itself(home: Path) -> None:
    found = cluster.start(home)
    write_one_row(found)
    with server.connect(found.url("postgres")) as connection:
        os.kill(connection.info.backend_pid, signal.SIGKILL)
        with pytest.raises(psycopg.OperationalError):
            connection.execute("SELECT pg_sleep(10)")
    assert host.within(60, lambda: server.answers(found.url("postgres")))
    assert on(found, "SELECT word FROM kept") == [("常熟市",)]


def test_a_pid_file_that_names_somebody_elses_process_is_stale(home: Path) -> None:
    found = cluster.start(home)
    assert cluster.stop(home)
    (found.data_dir / "postmaster.pid").write_text(f"{os.getpid()}\n{found.data_dir}\n1\n{found.port}\n\n\n")
    assert cluster.postmaster_pid(home) is None
    cluster.start(home)
    assert cluster.postmaster_pid(home) not in (None, os.getpid())


def test_a_port_taken_meanwhile_is_left_to_its_taker(home: Path) -> None:
    found = cluster.start(home)
    write_one_row(found)
    cluster.stop(home)
    with socket.socket() as taker:
        taker.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taker.bind(("127.0.0.1", found.port))
        taker.listen()
        moved = cluster.start(home)
        assert moved.port != found.port
        assert cluster.load(home).port == moved.port
        assert on(moved, "SELECT word FROM kept") == [("常熟市",)]


def test_a_making_that_was_cut_off_is_made_again(home: Path) -> None:
    cluster.start(home)
    cluster.stop(home)
    data = cluster.load(home).data_dir
    data.rename(data.with_name("data.new"))
    (data.with_name("data.new") / "PG_VERSION").unlink()
    assert on(cluster.start(home), "SELECT 1") == [(1,)]


def test_a_home_of_a_long_name_gets_its_socket_elsewhere(home: Path) -> None:
    deep = home / ("深" * 20) / ("x" * 60)
    deep.mkdir(parents=True)
    try:
        found = cluster.start(deep)
        assert not found.socket_dir.is_relative_to(deep)
        assert found.socket_dir.stat().st_mode & 0o077 == 0
        assert on(found, "SELECT 1") == [(1,)]
    finally:
        cluster.stop(deep)
    shutil.rmtree(found.socket_dir)


def test_the_data_lie_elsewhere_exactly_where_the_server_cannot_enter_the_home(home: Path) -> None:
    """Root's server runs under another account, to which a closed folder is closed; others' run as themselves."""
    closed = home / "closed"
    closed.mkdir(mode=0o700)
    inner = closed / ".anju"
    try:
        found = cluster.start(inner)
        assert found.data_dir.is_relative_to(cluster.FALLBACK if os.geteuid() == 0 else inner)
        assert on(found, "SELECT 1") == [(1,)]
    finally:
        cluster.stop(inner)
    shutil.rmtree(found.data_dir.parent)


def test_data_without_their_password_file_are_not_overwritten(home: Path) -> None:
    found = cluster.start(home)
    cluster.stop(home)
    kept = (home / "cluster.json").read_text()
    (home / "cluster.json").unlink()
    with pytest.raises(cluster.ClusterUnreadableError):
        cluster.start(home)
    assert (found.data_dir / "PG_VERSION").exists()
    (home / "cluster.json").write_text(kept)


def test_a_password_that_is_not_the_servers_is_told_at_once(home: Path) -> None:
    right = (home / "cluster.json", cluster.start(home).password)
    kept = right[0].read_text()
    right[0].write_text(kept.replace(right[1], "0" * 48))
    with pytest.raises(cluster.ClusterUnreadableError):
        cluster.start(home)
    right[0].write_text(kept)


def test_a_start_that_fails_tells_what_the_server_said(home: Path) -> None:
    found = cluster.start(home)
    cluster.stop(home)
    with (found.data_dir / "postgresql.auto.conf").open("a") as conf:
        conf.write("shared_preload_libraries = 'no_such_library'\n")
    with pytest.raises(cluster.ClusterFailedError, match="no_such_library"):
        cluster.start(home)


def run_cli(home: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "cli.py", *words],
        cwd=ROOT,
        env=os.environ | {"ANJU_HOME": str(home)} | environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=180,
    )


def test_status_tells_up_and_down_by_its_exit_code_and_never_the_password(home: Path) -> None:
    assert run_cli(home, "db", "status", "--json").returncode == 3
    assert run_cli(home, "db", "start").returncode == 0
    up = run_cli(home, "db", "status", "--json")
    told = json.loads(up.stdout)
    assert up.returncode == 0
    assert told["running"] is True
    assert told["pid"] == cluster.postmaster_pid(home)
    assert cluster.load(home).password not in up.stdout
    assert run_cli(home, "db", "stop").stdout == "stopped\n"
    down = run_cli(home, "db", "status", "--json")
    assert (down.returncode, json.loads(down.stdout)["running"]) == (3, False)
    assert run_cli(home, "db", "stop").stdout == "was not running\n"


def test_psql_reaches_the_database_without_showing_the_password(home: Path) -> None:
    done = run_cli(home, "db", "psql", "-At", "-c", "SELECT current_database() || ' ' || current_user")
    assert done.stdout == "anju anju\n"


def test_emptying_asks_for_a_yes(home: Path) -> None:
    refused = run_cli(home, "db", "reset")
    assert (refused.returncode, cluster.postmaster_pid(home)) == (2, None)
    assert "--yes" in refused.stderr


def test_a_machine_without_postgres_is_told_what_is_needed(home: Path, tmp_path: Path) -> None:
    refused = run_cli(home, "db", "start", ANJU_PG_BIN=str(tmp_path))
    assert refused.returncode == 1
    assert "PostgreSQL >= 15 with PostGIS >= 3.3" in refused.stderr
    assert "found: none" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_a_database_url_that_nobody_answers_is_named_without_its_password(home: Path) -> None:
    url = "postgresql://clerk:hush@127.0.0.1:1/register"
    refused = run_cli(home, "db", "start", DATABASE_URL=url)
    assert refused.returncode == 1
    assert "clerk:***@127.0.0.1:1/register" in refused.stderr
    assert "hush" not in refused.stderr


def test_a_named_server_gets_its_database_and_is_left_running(home: Path) -> None:
    found = cluster.start(home)
    url = found.tcp_url("county_320581")
    assert run_cli(home, "db", "migrate", DATABASE_URL=url).returncode == 0
    assert on(found, "SELECT count(*) FROM pg_tables WHERE tablename = 'ticket'", "county_320581") == [(1,)]
    assert "left running" in run_cli(home, "db", "stop", DATABASE_URL=url).stdout
    assert server.answers(found.url("postgres"))


def test_a_named_database_of_the_wrong_letters_is_refused(home: Path) -> None:
    found = cluster.start(home)
    on(found, "CREATE DATABASE plain TEMPLATE template0 ENCODING 'UTF8' LC_CTYPE 'C' LC_COLLATE 'C'")
    refused = run_cli(home, "db", "start", DATABASE_URL=found.tcp_url("plain"))
    assert refused.returncode == 1
    assert "LC_CTYPE C;" in refused.stderr or "PostGIS" in refused.stderr


def test_emptying_lays_the_tables_anew(home: Path) -> None:
    assert run_cli(home, "db", "migrate").returncode == 0
    found = cluster.load(home)
    on(found, "CREATE TABLE leftover (word text)", "anju")
    assert run_cli(home, "db", "reset", "--yes").returncode == 0
    assert on(found, "SELECT count(*) FROM pg_tables WHERE tablename = 'leftover'", "anju") == [(0,)]
    assert on(found, "SELECT count(*) FROM pg_tables WHERE tablename = 'ticket'", "anju") == [(1,)]


def test_a_backup_brings_back_what_was_there_when_it_was_made(home: Path) -> None:
    assert run_cli(home, "db", "migrate").returncode == 0
    found = cluster.load(home)
    on(found, "INSERT INTO county (county, name, name_en) VALUES ('320581', '常熟市', 'Changshu')", "anju")
    before = on(found, "SELECT county, name FROM county ORDER BY 1", "anju")
    kept = home / "record.backup"
    assert run_cli(home, "db", "backup", str(kept)).returncode == 0
    assert kept.stat().st_mode & 0o077 == 0
    assert run_cli(home, "db", "reset", "--yes").returncode == 0
    assert on(found, "SELECT county, name FROM county ORDER BY 1", "anju") != before
    done = run_cli(home, "db", "restore", str(kept), "--yes")
    assert (done.returncode, done.stderr) == (0, "")
    assert on(found, "SELECT county, name FROM county ORDER BY 1", "anju") == before


def test_who_works_in_the_record_is_thrown_out_by_a_restore(home: Path) -> None:
    assert run_cli(home, "db", "migrate").returncode == 0
    kept = home / "record.backup"
    assert run_cli(home, "db", "backup", str(kept)).returncode == 0
    with server.connect(cluster.load(home).url("anju")) as clerk:
        assert run_cli(home, "db", "restore", str(kept), "--yes").returncode == 0
        with pytest.raises(psycopg.OperationalError):
            clerk.execute("SELECT 1")


def test_a_file_that_is_no_backup_leaves_the_record_alone(home: Path) -> None:
    assert run_cli(home, "db", "migrate").returncode == 0
    wrong = home / "holiday.jpg"
    wrong.write_bytes(b"not a backup")
    refused = run_cli(home, "db", "restore", str(wrong), "--yes")
    assert refused.returncode == 1
    assert "pg_restore failed" in refused.stderr
    assert on(cluster.load(home), "SELECT count(*) FROM pg_tables WHERE tablename = 'ticket'", "anju") == [(1,)]


def run_system(tmp_path: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """tools/system.sh with a PATH that holds the plain tools and no apt, sudo or browser."""
    plain = tmp_path / "bin"
    plain.mkdir()
    for name in ("bash", "env", "dirname", "grep", "head", "sed", "sort", "awk", "id", "ls"):
        (plain / name).symlink_to(shutil.which(name) or name)
    return subprocess.run(
        [str(plain / "bash"), str(ROOT / "tools" / "system.sh"), *words],
        env={"PATH": str(plain)} | environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_missing_system_packages_are_named_with_the_command_that_installs_them(tmp_path: Path) -> None:
    refused = run_system(tmp_path, "browser")
    assert refused.returncode == 1
    assert "Chromium is missing" in refused.stderr
    assert "sudo apt-get update && sudo apt-get install -y --no-install-recommends chromium\n" in refused.stderr


def test_a_system_without_any_suitable_postgres_package_says_what_to_do(tmp_path: Path) -> None:
    refused = run_system(tmp_path, "postgres", ANJU_PG_ROOT=str(tmp_path))
    assert refused.returncode == 1
    assert "PostgreSQL >= 15 with PostGIS >= 3.3 is missing." in refused.stderr
    assert "DATABASE_URL" in refused.stderr


def test_a_server_of_ones_own_needs_no_package(tmp_path: Path) -> None:
    done = run_system(tmp_path, "postgres", ANJU_PG_ROOT=str(tmp_path), DATABASE_URL="postgresql://h/db")
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(
    ("given", "read"),
    [
        ("postgresql://u:p@h:1/d", "postgresql+psycopg://u:p@h:1/d"),
        ("postgres://u@h/d", "postgresql+psycopg://u@h/d"),
        ("postgresql+psycopg://h/d", "postgresql+psycopg://h/d"),
    ],
)
def test_a_database_url_is_read_in_each_of_its_spellings(
    given: str, read: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", given)
    assert settings.database_url() == read
    assert settings.database_name(settings.database_url("other")) == "other"


def test_a_url_changes_its_database_and_keeps_its_socket() -> None:
    url = "postgresql+psycopg://anju:p@/anju?host=%2Frun&port=54321"
    assert settings.with_database(url, "t") == "postgresql+psycopg://anju:p@/t?host=%2Frun&port=54321"
    assert server.masked(url) == "postgresql+psycopg://anju:***@/anju?host=%2Frun&port=54321"
    assert settings.without_password(url) == ("postgresql+psycopg://anju@/anju?host=%2Frun&port=54321", "p")
