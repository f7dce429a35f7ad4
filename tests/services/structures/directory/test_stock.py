"""Stock files: generated, loaded into an index, looked up; and every way in which a load can fail."""

import csv
import fcntl
import re
import tracemalloc
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from stdnum import luhn

from embedded.directory.companies import companies
from embedded.directory.writer import write
from services.structures.commands.directory_index import directory as commands
from services.structures.directory.stock_file import StockFile
from services.structures.directory.stock_loader import Loaded, LoadInProgress, StockUnusable, load_stock
from services.structures.errors.directory import DirectoryUnavailable
from tests.services.structures.builders import AIFE_SIRET, EARL_SIRET, URSSAF_SIRET, an_establishment

ESTABLISHMENTS, LEGAL_UNITS = "StockEtablissement.csv", "StockUniteLegale.csv"


@pytest.fixture(scope="module")
def stock(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of the embedded directory."""
    folder = tmp_path_factory.mktemp("stock")
    write(folder)
    return folder


def load(stock: Path, index: Path) -> Loaded:
    return load_stock(stock / ESTABLISHMENTS, stock / LEGAL_UNITS, index)


def copy(stock: Path, folder: Path, name: str, change: Callable[[str], str]) -> Path:
    """Copy the two files to another folder, one of them changed."""
    for file in (ESTABLISHMENTS, LEGAL_UNITS):
        text = (stock / file).read_text("utf-8")
        (folder / file).write_text(change(text) if file == name else text, "utf-8")
    return folder


def test_the_embedded_directory_is_the_same_each_time(stock: Path, tmp_path: Path) -> None:
    write(tmp_path)

    for file in (ESTABLISHMENTS, LEGAL_UNITS):
        assert (tmp_path / file).read_bytes() == (stock / file).read_bytes()


def test_every_embedded_siret_passes_luhn_and_stands_once() -> None:  # S-06
    sirets = [company.siren + nic for company in companies() for nic in company.nics]

    assert all(luhn.is_valid(siret) for siret in sirets)
    assert len(sirets) == len(set(sirets)) > 500


def test_the_embedded_directory_has_closed_hidden_and_public_companies() -> None:
    everyone = list(companies())

    assert sum(not company.is_open for company in everyone) > 20
    assert sum(company.is_partial for company in everyone) > 15
    assert sum(company.category == "7210" for company in everyone) > 10
    assert sum(company.name.startswith("CENTRE DE GESTION") for company in everyone) > 10


def test_what_was_loaded_is_found(stock: Path, tmp_path: Path) -> None:  # S-04
    loaded = load(stock, tmp_path / "index")

    index = StockFile(tmp_path / "index")
    earl, urssaf = index.find(EARL_SIRET), index.find(URSSAF_SIRET)
    assert loaded.legal_units == 503
    assert index.find(AIFE_SIRET) == an_establishment()
    assert earl is not None
    assert (earl.name, earl.street, earl.is_public) == ("EARL DES TROIS CHENES", "3 CHEMIN DES CHENES", False)
    assert urssaf is not None
    assert (urssaf.name, urssaf.street) == ("URSSAF DE CORSE", None)
    assert index.find("35600000000048") is None


def test_every_row_is_found_closed_ones_as_closed(stock: Path, tmp_path: Path) -> None:  # S-05
    load(stock, tmp_path / "index")
    directory = StockFile(tmp_path / "index")

    with (stock / ESTABLISHMENTS).open(encoding="utf-8") as file:
        states = {row["siret"]: row["etatAdministratifEtablissement"] == "A" for row in csv.DictReader(file)}

    establishments = {siret: directory.find(siret) for siret in states}
    assert {siret: entry.is_active for siret, entry in establishments.items() if entry} == states


def test_zipped_files_are_read_as_they_are(stock: Path, tmp_path: Path) -> None:
    for file in (ESTABLISHMENTS, LEGAL_UNITS):
        with zipfile.ZipFile(tmp_path / f"{file}.zip", "w", zipfile.ZIP_DEFLATED) as archive:
            archive.write(stock / file, file)

    load_stock(tmp_path / f"{ESTABLISHMENTS}.zip", tmp_path / f"{LEGAL_UNITS}.zip", tmp_path / "index")

    assert StockFile(tmp_path / "index").find(AIFE_SIRET) == an_establishment()


def test_columns_are_found_by_name_in_any_order_and_more_may_come(stock: Path, tmp_path: Path) -> None:
    def turned(text: str) -> str:
        return "\n".join(",".join(reversed(["new", *row])) for row in csv.reader(text.splitlines())) + "\n"

    load(copy(stock, tmp_path, ESTABLISHMENTS, turned), tmp_path / "index")

    assert StockFile(tmp_path / "index").find(AIFE_SIRET) == an_establishment()


def test_a_siren_that_begins_with_zeros_is_found(stock: Path, tmp_path: Path) -> None:
    def renamed(text: str) -> str:
        return text.replace("130019771", "005420021")

    folder = copy(copy(stock, tmp_path, ESTABLISHMENTS, renamed), tmp_path, "", str)
    (folder / ESTABLISHMENTS).write_text(renamed((stock / ESTABLISHMENTS).read_text("utf-8")), "utf-8")
    (folder / LEGAL_UNITS).write_text(renamed((stock / LEGAL_UNITS).read_text("utf-8")), "utf-8")

    load(folder, tmp_path / "index")

    assert StockFile(tmp_path / "index").find("00542002100018") == an_establishment(siret="00542002100018")


def test_progress_is_told_to_the_end(stock: Path, tmp_path: Path) -> None:
    progress: list[tuple[str, int, float]] = []

    loaded = load_stock(
        stock / ESTABLISHMENTS,
        stock / LEGAL_UNITS,
        tmp_path / "index",
        lambda file, rows, part: progress.append((file, rows, part)),
    )

    assert progress == [(LEGAL_UNITS, 503, 1.0), (ESTABLISHMENTS, loaded.establishments, 1.0)]


DAMAGES: dict[str, Callable[[str], str]] = {
    "no column": lambda text: text.replace("siret", "number", 1),
    "empty": lambda text: "",
    "cut line": lambda text: text.rstrip()[:-30],
    "not a number": lambda text: text.replace(",13001977100018,", ",1300197710001X,"),
    "no number": lambda text: text.replace(",13001977100018,", ",,"),
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES.keys())
def test_a_damaged_file_is_refused_and_the_index_in_use_stays(
    stock: Path, tmp_path: Path, damage: Callable[[str], str]
) -> None:
    load(stock, tmp_path / "index")
    damaged = copy(stock, tmp_path, ESTABLISHMENTS, damage)

    with pytest.raises(StockUnusable, match=ESTABLISHMENTS):
        load(damaged, tmp_path / "index")

    assert StockFile(tmp_path / "index").find(AIFE_SIRET) == an_establishment()
    assert not list(tmp_path.glob("*.building"))


@pytest.mark.parametrize("content", [b"siren\xff\xfe,siret", b"PK\x03\x04 half a zip"])
def test_what_is_not_text_is_refused(stock: Path, tmp_path: Path, content: bytes) -> None:
    (tmp_path / LEGAL_UNITS).write_bytes(content)

    with pytest.raises(StockUnusable):
        load_stock(stock / ESTABLISHMENTS, tmp_path / LEGAL_UNITS, tmp_path / "index")


def test_a_cut_zip_is_refused(stock: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "two.zip", "w") as archive:
        archive.writestr("a.csv", "x")
        archive.writestr("b.csv", "y")

    with pytest.raises(StockUnusable, match="2 CSV files"):
        load_stock(stock / ESTABLISHMENTS, tmp_path / "two.zip", tmp_path / "index")


def test_what_a_crash_left_behind_does_not_hinder_the_next_load(stock: Path, tmp_path: Path) -> None:
    (tmp_path / "index.building").write_bytes(b"half an index")
    (tmp_path / "index.lock").touch()

    load(stock, tmp_path / "index")

    assert StockFile(tmp_path / "index").find(AIFE_SIRET) == an_establishment()


def test_two_loads_at_once_do_not_mix(stock: Path, tmp_path: Path) -> None:
    with (tmp_path / "index.lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)

        with pytest.raises(LoadInProgress):
            load(stock, tmp_path / "index")


def test_a_missing_or_broken_index_is_an_unavailable_directory(tmp_path: Path) -> None:  # S-05
    (tmp_path / "broken").write_bytes(b"not an index" * 1000)

    for index in ("missing", "broken"):
        with pytest.raises(DirectoryUnavailable):
            StockFile(tmp_path / index).find(AIFE_SIRET)


def test_a_new_index_is_used_without_a_restart(stock: Path, tmp_path: Path) -> None:
    directory = StockFile(tmp_path / "index")
    with pytest.raises(DirectoryUnavailable):
        directory.find(AIFE_SIRET)

    load(stock, tmp_path / "index")

    assert directory.find(AIFE_SIRET) == an_establishment()


def test_memory_does_not_grow_with_the_files(stock: Path, tmp_path: Path) -> None:
    def peak(times: int) -> int:
        copy(stock, tmp_path, ESTABLISHMENTS, lambda text: "".join(repeated(text, times)))
        tracemalloc.start()
        load(tmp_path, tmp_path / "index")
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return most

    assert peak(times=60) < 1.5 * peak(times=20)


def repeated(text: str, times: int) -> Iterator[str]:
    header, _, rows = text.partition("\n")
    yield header + "\n"
    for _ in range(times):
        yield rows


def test_the_command_loads_and_says_what(stock: Path, tmp_path: Path) -> None:
    files = ["--establishments", str(stock / ESTABLISHMENTS), "--legal-units", str(stock / LEGAL_UNITS)]

    done = CliRunner().invoke(commands, ["load", *files, "--index", str(tmp_path / "index")])

    assert done.exit_code == 0
    assert "Directory loaded: 503 legal units" in done.stdout


def test_the_command_says_which_file_is_wrong(stock: Path, tmp_path: Path) -> None:
    files = ["--establishments", str(stock / LEGAL_UNITS), "--legal-units", str(stock / LEGAL_UNITS)]

    done = CliRunner().invoke(commands, ["load", *files, "--index", str(tmp_path / "index")])

    assert done.exit_code == 1
    assert "StockUniteLegale.csv has no column siret" in done.stderr


def first_lines(number: float) -> Callable[[str], str]:
    """Return a cut: after so many lines, or after that part of them."""

    def cut(text: str) -> str:
        lines = text.splitlines(keepends=True)
        return "".join(lines[: int(number if number > 1 else len(lines) * number) or 1])

    return cut


def with_siret(text: str) -> Callable[[str], str]:
    """Return a change of the first SIRET, as a spreadsheet or a hand may have made it."""
    return lambda content: content.replace(AIFE_SIRET, text, 1)


@pytest.mark.parametrize(
    ("name", "change", "reason"),
    [
        (ESTABLISHMENTS, first_lines(0.001), "nothing but its header"),
        (LEGAL_UNITS, first_lines(0.001), "nothing but its header"),
        (ESTABLISHMENTS, first_lines(0.5), "a file seems cut"),
        (LEGAL_UNITS, first_lines(0.5), "no legal unit"),
        (ESTABLISHMENTS, with_siret("1.30E+13"), "no SIRET of 14 digits"),
        (ESTABLISHMENTS, with_siret("1,30E+13"), "no S"),
        (ESTABLISHMENTS, with_siret("3001977100018"), "no SIRET of 14 digits"),
        (ESTABLISHMENTS, with_siret(""), "no SIRET of 14 digits"),
        (ESTABLISHMENTS, with_siret("１３００１９７７１０００１８"), "no SIRET of 14 digits"),
    ],
)
def test_what_cannot_be_the_register_does_not_take_the_place_of_what_was(
    stock: Path, tmp_path: Path, name: str, change: Callable[[str], str], reason: str
) -> None:  # S-04
    load(stock, tmp_path / "index")
    copy(stock, tmp_path, name, change)
    options = ["--establishments", str(tmp_path / ESTABLISHMENTS), "--legal-units", str(tmp_path / LEGAL_UNITS)]

    answer = CliRunner().invoke(commands, ["load", *options, "--index", str(tmp_path / "index")])

    assert answer.exit_code == 1
    assert reason in answer.output
    assert "The index in use stays as it was." in answer.output
    assert StockFile(tmp_path / "index").find(AIFE_SIRET) == an_establishment()


def test_a_smaller_register_is_taken_when_it_is_meant(stock: Path, tmp_path: Path) -> None:
    load(stock, tmp_path / "index")
    copy(stock, tmp_path, ESTABLISHMENTS, first_lines(0.5))
    options = ["--establishments", str(tmp_path / ESTABLISHMENTS), "--legal-units", str(tmp_path / LEGAL_UNITS)]

    answer = CliRunner().invoke(commands, ["load", *options, "--index", str(tmp_path / "index"), "--force"])

    assert answer.exit_code == 0


def test_establishments_without_a_legal_unit_are_counted_and_told(stock: Path, tmp_path: Path) -> None:
    def without_one(text: str) -> str:
        lines = text.splitlines(keepends=True)
        return "".join(lines[:5] + lines[6:])

    copy(stock, tmp_path, LEGAL_UNITS, without_one)
    options = ["--establishments", str(tmp_path / ESTABLISHMENTS), "--legal-units", str(tmp_path / LEGAL_UNITS)]

    answer = CliRunner().invoke(commands, ["load", *options, "--index", str(tmp_path / "index")])

    assert answer.exit_code == 0
    assert re.search(r"without a name: [1-9]\d* establishments", answer.output)


def archive_with(path: Path, entries: dict[str, bytes], damage: Callable[[bytes], bytes] = lambda data: data) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    path.write_bytes(damage(path.read_bytes()))
    return path


def marked(offset_in_local: int, offset_in_central: int, value: bytes) -> Callable[[bytes], bytes]:
    """Return a change of one field in both headers of a zip's first entry."""

    def change(data: bytes) -> bytes:
        central = data.index(b"PK\x01\x02")
        changed = bytearray(data)
        changed[offset_in_local : offset_in_local + len(value)] = value
        changed[central + offset_in_central : central + offset_in_central + len(value)] = value
        return bytes(changed)

    return change


@pytest.mark.parametrize(
    "damage",
    [
        marked(8, 10, b"\x09\x00"),
        marked(6, 8, b"\x01\x00"),
        marked(8, 10, b"\x63\x00"),
        lambda data: data[: len(data) // 2],
    ],
    ids=["Deflate64", "encrypted", "an unknown compression", "half"],
)
def test_an_archive_that_cannot_be_unpacked_is_said_to_be_one(
    stock: Path, tmp_path: Path, damage: Callable[[bytes], bytes]
) -> None:
    source = archive_with(tmp_path / "e.zip", {ESTABLISHMENTS: (stock / ESTABLISHMENTS).read_bytes()}, damage)

    with pytest.raises(StockUnusable, match=r"e\.zip"):
        load_stock(source, stock / LEGAL_UNITS, tmp_path / "index")


def test_an_archive_may_come_from_a_mac_and_name_its_file_in_capitals(stock: Path, tmp_path: Path) -> None:
    entries = {"STOCKETABLISSEMENT.CSV": (stock / ESTABLISHMENTS).read_bytes(), "__MACOSX/._STOCK.csv": b"\x00\x05"}

    load_stock(archive_with(tmp_path / "e.zip", entries), stock / LEGAL_UNITS, tmp_path / "index")

    assert StockFile(tmp_path / "index").find(AIFE_SIRET) == an_establishment()
