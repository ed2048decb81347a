"""Commands that convert their own arguments, so that starting one costs nothing.

Typer 0.29 makes a pydantic adapter for every parameter; importing pydantic takes as long as
everything else that ``bubblefear index --json`` does. The parameters of these commands are texts,
numbers, switches, paths and lists of them, which need no library.
"""

from importlib import import_module
from pathlib import Path
from typing import Any, ClassVar, Final

from typer import BadParameter, Typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command

_NUMBERS: Final[dict[Any, str]] = {int: "a whole number", float: "a number"}


def lean_app(help_text: str | None = None) -> Typer:
    """A Typer app with plain help and plain tracebacks."""
    return Typer(
        help=help_text,
        rich_markup_mode=None,
        add_completion=False,
        pretty_exceptions_enable=False,
        no_args_is_help=True,
    )


class Lean:
    """Mixed into a command or group: its parameters and ``--help`` are converted by ``Light``."""

    def get_params(self, ctx: Any) -> list[Any]:  # noqa: ANN401 - Typer exports no Context class
        """All parameters, each told to ask ``Light`` where Typer would ask for its adapter."""
        params: list[Any] = super().get_params(ctx)  # type: ignore[misc]  # of the class beside it
        for param in params:
            vars(param)["get_runtime_param"] = Light
        return params


class LeanCommand(Lean, TyperCommand):
    """A Typer command that needs no pydantic."""


class LeanGroup(Lean, TyperGroup):
    """A Typer group that needs no pydantic."""


class LazyGroup(LeanGroup):
    """Finds a command by importing its module only when it is called or listed.

    Attributes:
        modules: Command -> module of this package that holds its ``app``, in the help's order.
    """

    modules: ClassVar[dict[str, str]] = {}

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ANN401 - Typer exports no Context class
        """Names in the order of the help."""
        return list(self.modules)

    def get_command(self, ctx: Any, name: str) -> Any:  # noqa: ANN401 - as above
        """The command of that name, or None."""
        module = self.modules.get(name)
        if module is None:
            return None
        command = get_command(import_module(f"bubblefear.cli.{module}").app)
        command.name = name
        return command


class Light:
    """What Typer asks to give a parameter its type."""

    def coerce(self, value: Any, *, param: Any, ctx: Any) -> Any:  # noqa: ANN401 - as Typer's own
        """The value, or each item of a parameter that takes several.

        Raises:
            BadParameter: not a number of the kind that is asked for.
        """
        several = param.multiple or param.nargs == -1
        if several:
            return [_one(item, param, ctx) for item in value or ()]
        return None if value is None else _one(value, param, ctx)


def _one(value: Any, param: Any, ctx: Any) -> Any:  # noqa: ANN401 - Typer exports neither class
    annotation = param.type_descriptor.annotation
    kind = getattr(annotation, "__args__", (annotation,))[0]
    if kind is Path:
        return Path(value)
    if kind in _NUMBERS and not isinstance(value, int | float):
        try:
            return kind(value)
        except ValueError:
            said = f"{value!r} is not {_NUMBERS[kind]}."
            raise BadParameter(said, ctx=ctx, param=param) from None
    return value
