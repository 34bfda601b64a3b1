"""The same commands on PostgreSQL: only the address of the store is another one."""


def test_the_way_from_import_to_the_post_on_postgresql(terminal, monkeypatch, postgres_url):
    monkeypatch.setenv("MAHNWERK_DATABASE_URL", postgres_url)
    terminal.init()
    assert not (terminal.folder / "home" / "mahnwerk.db").exists()
    terminal.import_books()
    run = terminal.json("run")
    assert len(run["proposals"]) == 2
    terminal("approve", "--run", run["run"])
    assert {row["outcome"] for row in terminal.json("send")} == {"printed"}
    assert terminal.json("send") == []
    terminal("posted", run["run"])
    assert {r["level"] for r in terminal.json("open-items")} == {0, 1}
    assert terminal.json("audit", "verify")["ok"] is True


def test_an_address_that_is_none_is_a_sentence(terminal, monkeypatch):
    monkeypatch.setenv("MAHNWERK_DATABASE_URL", "mysql://user:s3cret@db.example/m")
    answer = terminal("open-items", code=78)
    assert "s3cret" not in answer.err
