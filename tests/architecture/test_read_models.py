"""What holds for the copies that services keep of each other's facts."""

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from chassis.events.contracts import producer_of
from chassis.events.outbox import ChassisBase
from chassis.processes.service import AnyService
from tests.kit.databases import statements
from tests.kit.fleet import running, services
from tests.kit.support import contract_example

KEEPING = [service for service in services() if service.read_models.handlers]
each_that_keeps_copies = pytest.mark.parametrize("service", KEEPING, ids=lambda service: service.name)


@each_that_keeps_copies
def test_what_keeps_copies_is_part_of_what_the_inbox_does(service: AnyService) -> None:
    assert service.read_models.handlers.keys() <= service.handlers.keys()


@each_that_keeps_copies
def test_a_table_that_is_a_copy_belongs_to_the_service(service: AnyService) -> None:
    assert {table.name for table in service.read_models.tables} <= service.metadata.tables.keys()


@each_that_keeps_copies
def test_every_copy_is_filled_by_the_handlers_and_no_other_table_is_read_or_written(service: AnyService) -> None:
    copies = {table.name for table in service.read_models.tables}
    with running(service) as under_test, under_test.database.writing() as session:
        with statements() as sent:
            for name in service.read_models.handlers:
                apply(session, service, name)

        filled = {
            table.name
            for table in service.read_models.tables
            if session.scalar(select(func.count()).select_from(table))
        }
    others = all_tables(service) - copies
    assert filled == copies
    assert [text for text, _ in sent if any(f" {table} " in f"{text} ".replace("\n", " ") for table in others)] == []


@each_that_keeps_copies
def test_no_copy_is_kept_from_two_producers_so_their_order_does_not_matter(service: AnyService) -> None:
    written: dict[str, set[str]] = {}
    for name in service.read_models.handlers:
        with running(service) as under_test, under_test.database.writing() as session:
            apply(session, service, name)
            for table in service.read_models.tables:
                if session.scalar(select(func.count()).select_from(table)):
                    written.setdefault(table.name, set()).add(producer_of(name))

    assert {table: producers for table, producers in written.items() if len(producers) > 1} == {}


def apply(session: Session, service: AnyService, name: str) -> None:
    service.read_models.handlers[name](session, contract_example(name))
    session.flush()


def all_tables(service: AnyService) -> set[str]:
    return {*service.metadata.tables, *ChassisBase.metadata.tables}
