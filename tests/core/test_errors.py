"""Errors: the docstring is the message."""

import importlib
import inspect
import pkgutil

import pytest

import server.core
from server.core.errors import Conflict, UserError
from server.core.queue import NotWaiting


def every_refusal() -> list[type[UserError]]:
    modules = [importlib.import_module(f"server.core.{one.name}") for one in pkgutil.iter_modules(server.core.__path__)]
    classes = {cls for module in modules for _, cls in inspect.getmembers(module, inspect.isclass)}
    return sorted((cls for cls in classes if issubclass(cls, UserError)), key=lambda cls: cls.__name__)


def test_the_sentence_is_the_first_line_of_the_docstring_and_the_detail_stays_apart() -> None:
    refusal = NotWaiting("38")

    assert (refusal.sentence, refusal.detail, refusal.code) == (
        "This endpoint has not asked to speak; let it raise its hand, or raise it on its behalf.",
        "38",
        "not_waiting",
    )


def test_a_class_without_a_docstring_is_refused_a_sentence_rather_than_given_its_parents() -> None:
    class Bare(Conflict):
        pass

    with pytest.raises(IndexError):
        _ = Bare().sentence


def test_every_refusal_has_a_code_of_its_own() -> None:
    codes = [cls.code for cls in every_refusal()]

    assert sorted(set(codes)) == sorted(codes)


@pytest.mark.parametrize("refusal", every_refusal())
def test_every_refusal_says_in_one_line_what_is_wrong(refusal: type[UserError]) -> None:
    assert refusal().sentence.endswith(".")
