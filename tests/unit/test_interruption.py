"""Work in a thread is interrupted where it sleeps, and where it asks."""

from __future__ import annotations

from contextvars import copy_context

import pytest

from label_studio_orm.interruption import Interrupt, check_interrupt, interrupt_on, pause


def test_work_that_nothing_interrupts_goes_on() -> None:
    check_interrupt()
    pause(0)


def test_a_pause_ends_when_the_work_is_interrupted() -> None:
    interrupt, context = Interrupt(), copy_context()
    context.run(interrupt_on, interrupt)
    interrupt.set()
    with pytest.raises(KeyboardInterrupt):
        context.run(pause, 60)


def test_work_is_interrupted_once_so_that_it_can_clean_up() -> None:
    interrupt, context = Interrupt(), copy_context()
    context.run(interrupt_on, interrupt)
    interrupt.set()
    with pytest.raises(KeyboardInterrupt):
        context.run(check_interrupt)
    context.run(check_interrupt)


def test_other_contexts_are_not_interrupted() -> None:
    interrupt = Interrupt()
    copy_context().run(interrupt_on, interrupt)
    interrupt.set()
    check_interrupt()
