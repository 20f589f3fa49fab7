"""What must be true after any heap of mails, however hostile; each module of this folder has it tested for its own heap."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re

from openpyxl import load_workbook

from tests.hostile.trial import HONEST, Trial


class Always:
    """Inherit as TestAlways."""

    def test_every_command_ends_well(self, trial: Trial) -> None:
        for name, done in trial.runs.items():
            assert done.returncode == 0, (name, done.stdout, done.stderr)
            assert "Traceback" not in done.stdout + done.stderr

    def test_every_mail_has_exactly_one_row(self, trial: Trial) -> None:
        hashes = {trial.hash_of(name) for name in trial.mails}
        assert sorted(row["sha256"] for row in trial.rows) == sorted(hashes)

    def test_every_mail_is_kept_byte_for_byte(self, trial: Trial) -> None:
        raw = trial.office.storage / "raw"
        assert {path.stem for path in raw.iterdir()} == {trial.hash_of(name) for name in trial.mails}
        assert all(hashlib.sha256(path.read_bytes()).hexdigest() == path.stem for path in raw.iterdir())

    def test_no_mail_is_stuck_and_none_waits(self, trial: Trial) -> None:
        assert {row["state"] for row in trial.rows} <= {"settled", "unsure", "automatic"}

    def test_the_books_balance(self, trial: Trial) -> None:
        sums = trial.status["reconciliation"]
        assert sums["equal"], sums

    def test_the_honest_mail_behind_them_is_filed_and_answered_as_ever(self, trial: Trial) -> None:
        row = trial.row(HONEST)
        assert row["state"] == "settled"
        assert row["unit"]["name"] == "长春工业大学"
        assert [letter["kind"] for letter in row["letters"]] == ["confirm"]
        assert len(trial.letters(HONEST)) == 1

    def test_nothing_is_written_outside_the_storage(self, trial: Trial) -> None:
        assert {path.name for path in trial.home.iterdir()} == {"office"}
        assert {path.name for path in trial.office.home.iterdir()} == {"config.yaml", "storage"}
        assert not list(trial.office.storage.rglob(".part-*"))
        assert not any(path.is_symlink() for path in trial.office.storage.rglob("*"))

    def test_every_file_is_its_owners_only(self, trial: Trial) -> None:
        for path in trial.office.storage.rglob("*"):
            assert path.stat().st_mode & 0o077 == 0, path

    def test_stored_names_are_safe_on_windows_and_linux(self, trial: Trial) -> None:
        for top in ("filed", "待核实"):
            for path in (trial.office.storage / top).rglob("*"):
                assert not re.search(r'[\x00-\x1f<>:"\\|?*\u202a-\u202e]|[. ]$', path.name), path
                assert len(path.name.encode()) <= 200

    def test_every_filed_name_in_the_record_is_a_file_below_filed(self, trial: Trial) -> None:
        filed = (trial.office.storage / "filed").resolve()
        for row in trial.rows:
            for file in row["files"]:
                if file["stored_as"]:
                    path = (trial.office.storage / file["stored_as"]).resolve()
                    assert path.is_relative_to(filed)
                    assert hashlib.sha256(path.read_bytes()).hexdigest() == file["sha256"]

    def test_every_letter_has_one_recipient_one_subject_and_names_itself_automatic(self, trial: Trial) -> None:
        for one in trial.sink.received:
            head = one.content.partition(b"\r\n\r\n")[0].lower()
            assert len(one.recipients) == 1
            for field in (b"from:", b"to:", b"subject:", b"message-id:", b"auto-submitted:"):
                assert len(re.findall(rb"(?m)^" + field, head)) == 1, field
            assert not re.search(rb"(?m)^(?:bcc|cc|reply-to):", head)
            assert max(map(len, one.content.split(b"\r\n"))) <= 998

    def test_no_letter_repeats_what_a_template_engine_would_compute(self, trial: Trial) -> None:
        for row in trial.rows:
            assert all("49" not in letter["subject"].replace("第49号", "") for letter in row["letters"])

    def test_no_address_gets_a_flood(self, trial: Trial) -> None:
        to = [one.recipients[0] for one in trial.sink.received]
        assert all(to.count(address) <= 3 for address in to)

    def test_the_workbook_reloads_and_holds_text_only(self, trial: Trial) -> None:
        workbook = load_workbook(trial.office.storage / "收件登记表.xlsx")
        cells = [cell for sheet in workbook for line in sheet.iter_rows() for cell in line if isinstance(cell.value, str)]
        assert len(cells) > 100
        assert {cell.data_type for cell in cells} == {"s"}

    def test_every_listing_prints(self, trial: Trial) -> None:
        for words in (("mails",), ("letters",)):
            done = trial.show(*words)
            assert done.returncode == 0, done.stderr
            assert not re.search("[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\ud800-\udfff]", done.stdout)

    def test_the_csv_listing_runs_no_formula(self, trial: Trial) -> None:
        done = trial.show("mails", "--format", "csv")
        rows = list(csv.reader(io.StringIO(done.stdout)))
        assert len(rows) == len(trial.rows) + 1
        assert not any(cell.lstrip().startswith(("=", "+", "-", "@")) for row in rows for cell in row)

    def test_the_json_can_be_written_in_utf_8(self, trial: Trial) -> None:
        json.dumps(trial.rows, ensure_ascii=False).encode()

    def test_the_doctor_finds_nothing_lost(self, trial: Trial) -> None:
        done = trial.show("doctor", "--json")
        assert done.returncode == 0, done.stdout
        found = {finding["check"]: finding for finding in json.loads(done.stdout)["findings"]}
        assert all(found[check]["mark"] == "good" for check in ("ledger", "journal", "files", "sums", "poll", "disk", "secrets"))
        assert not {"strays", "unregistered"} & found.keys()

    def test_what_is_said_on_the_way_names_nobody(self, trial: Trial) -> None:
        for done in trial.runs.values():
            said = done.stdout + done.stderr
            assert not re.search(r"(?<![0-9a-f])(?:\d{11}|\d{17}[\dX])(?![0-9a-f])", said)
            assert "@" not in said
