"""NBD821: losses, labels or data go by names that the model does not have."""

import difflib
import re
from collections.abc import Iterator, Sequence

from nbdiag.facts.crash.exception import Crash
from nbdiag.language import say
from nbdiag.rules.crash.failure import CrashRule, first_of, fix_of
from nbdiag.schema.changes import ConvertData, SetCallArgument
from nbdiag.schema.finding import Evidence, Finding, Fix
from nbdiag.schema.missing import Missing
from nbdiag.schema.run import TrainingRun
from nbdiag.syntax.calls import CellCall, calls_in, calls_of
from nbdiag.syntax.text.nodes import DictDisplay, code_of, is_constant, is_dict, is_list
from nbdiag.syntax.values import variable_named


class NamesUnlikeTheOutputs(CrashRule):
    """Losses, labels or data go by names that the model does not have.

    What it finds
    -------------
    Dictionaries of losses, metrics, labels or inputs whose keys are not the names of the model's
    outputs or inputs, and another number of label arrays or lists of metrics than the model has
    outputs.

    Why it hurts
    ------------
    Keras joins each loss and each array with its output by the name of the output's layer. The
    name of the Python variable plays no part in it.

    Example
    -------
    ::

        age_out = layers.Dense(1, name="age_output")(x)
        model.compile("adam", loss={"age": "mae"})

    Use instead
    -----------
    ::

        model.compile("adam", loss={"age_output": "mae"})

    Fix safety
    ----------
    review: the cell raised an exception, so the new cell has no earlier training to be compared
    with. Keys are paired with the names that are most like them; check the pairs.

    Thresholds and their source
    ---------------------------
    A key and a name are paired when one holds the other or they are at least 50 % alike
    (difflib); of one key and one name that are left, no likeness is asked.

    References
    ----------
    Keras documentation, The Functional API: models with multiple inputs and outputs.
    """

    code = "NBD821"
    name = "names-unlike-the-outputs"
    aspect = "labels"
    kind = "names"

    def judge(self, run: TrainingRun, crash: Crash) -> Iterator[Finding]:
        """Report which names there are, and which are used."""
        inputs = "Missing data for input" in crash.line
        known = _known(run, crash.line)
        used = _used(run, crash.line, inputs=inputs)
        if "Invalid `metrics`" in crash.line and not used:
            yield self._metrics(run, crash, known)
            return
        if not known or not used:
            yield self._counted(run, crash, known)
            return
        side = say("inputs") if inputs else say("outputs")
        listed, given = ", ".join(known), ", ".join(used)
        yield self.explain(
            crash,
            say(
                "The {side} of the model are called {known}, but the keys of the dictionary are "
                "{given}: Keras joins them by the name of the layer.",
                side=side,
                known=listed,
                given=given,
            ),
            (Evidence(say("keys"), given, listed, "cell"),),
            first_of(
                _fix(run, known, inputs=inputs),
                otherwise=say("Use the names {known} as keys", known=listed),
            ),
            aspect="inputs" if inputs else "labels",
        )

    def _metrics(self, run: TrainingRun, crash: Crash, known: Sequence[str]) -> Finding:
        """Explain a list of metrics that is not one list per output."""
        return self.explain(
            crash,
            say(
                "The model has {outputs} outputs, but metrics is a list of another number: Keras 3 "
                "takes one list of metrics per output, in their order, or a dictionary.",
                outputs=len(known),
            ),
            (
                Evidence(
                    "metrics",
                    crash.line.rpartition("metrics=")[2],
                    say("{number} lists", number=len(known)),
                    "Keras",
                ),
            ),
            first_of(
                _per_output(run, len(known)),
                otherwise=say("Give compile one list of metrics per output"),
            ),
            aspect="metrics",
        )

    def _counted(self, run: TrainingRun, crash: Crash, known: Sequence[str]) -> Finding:
        """Explain labels of another number than outputs."""
        heads = () if isinstance(run.model, Missing) else run.model.heads
        outputs = len(heads) or len(known)
        columns = _columns(run, outputs)
        if columns is not None:
            return self._one_array(crash, outputs, columns)
        return self.explain(
            crash,
            say(
                "The model has {outputs} outputs, but fit got another number of label arrays: "
                "each output needs one array, in the same order.",
                outputs=outputs or say("other"),
            ),
            (
                Evidence(
                    say("outputs"), f"{outputs or '?'}", say("one array of labels each"), "Keras"
                ),
            ),
            first_of(otherwise=say("Give fit one array of labels per output")),
        )

    def _one_array(self, crash: Crash, outputs: int, fix: Fix) -> Finding:
        """Explain labels of all outputs that stand in one array, a column each."""
        return self.explain(
            crash,
            say(
                "The model has {outputs} outputs, but fit got one array of {outputs} columns: "
                "each output needs one array, in the same order.",
                outputs=outputs,
            ),
            (
                Evidence(
                    say("labels"),
                    say("{number} columns", number=outputs),
                    say("a list of {number} arrays", number=outputs),
                    "Keras",
                ),
            ),
            (fix,),
        )


def _columns(run: TrainingRun, outputs: int) -> Fix | None:
    """Pass each output its column, if there are as many and each output has one unit."""
    heads = () if isinstance(run.model, Missing) else run.model.heads
    labels = run.data.labels[0] if len(run.data.labels) == 1 else None
    if labels is None or len(heads) < 2 or labels.shape != (outputs,):  # noqa: PLR2004 - several
        return None
    if any(head.units != 1 for head in heads):
        return None
    return fix_of(
        say("Give each output its column of the labels"),
        ConvertData("labels", "columns", outputs),
    )


def _per_output(run: TrainingRun, outputs: int) -> Fix | None:
    """Set the metrics of the list for every output, as Keras 2 did."""
    calls = [item for item in calls_of(run) if item.name == "compile"]
    node = calls[0].argument(-1, "metrics") if len(calls) == 1 else None
    if not is_list(node) or any(not is_constant(item) for item in node.elts):
        return None
    text = code_of(node).replace("'", '"')
    return fix_of(
        say("Give every output these metrics"),
        SetCallArgument(calls[0].call, "metrics", f"[{', '.join([text] * outputs)}]"),
    )


def _known(run: TrainingRun, line: str) -> list[str]:
    """Return the names that the model has."""
    for pattern in (
        r"Expected keys \[([^\]]*)\] in loss dict",
        r"following keys: \[([^\]]*)\]",
        r"functional model \[([^\]]*)\]",
    ):
        found = re.search(pattern, line)
        if found:
            return re.findall(r"'([^']+)'", found[1])
    heads = () if isinstance(run.model, Missing) else run.model.heads
    return [head.output for head in heads]


def _used(run: TrainingRun, line: str, *, inputs: bool) -> list[str]:
    """Return the keys that are used instead."""
    for pattern in (r"loss\.keys\(\)=\[([^\]]*)\]", r"dictionary with keys \[([^\]]*)\]"):
        found = re.search(pattern, line)
        if found:
            return re.findall(r"'([^']+)'", found[1])
    known = _known(run, line)
    keys = [
        key
        for _, _, node in _dictionaries(run, inputs=inputs)
        for key in _keys(node)
        if key not in known
    ]
    return list(dict.fromkeys(keys))


def _dictionaries(run: TrainingRun, *, inputs: bool) -> Iterator[tuple[CellCall, str, DictDisplay]]:
    """Return the dictionaries whose keys are names of the model's inputs or outputs."""
    wanted = (
        (("fit", "x", 0),)
        if inputs
        else (
            ("compile", "loss", 1),
            ("compile", "loss_weights", 2),
            ("compile", "metrics", 3),
            ("fit", "y", 1),
            ("fit", "sample_weight", -1),
        )
    )
    for item in (*calls_of(run), *calls_in(run)):
        for method, argument, place in wanted:
            node = item.argument(place, argument) if item.name == method else None
            if is_dict(node):
                yield item, argument, node


def _keys(node: DictDisplay) -> list[str]:
    return [key.value for key in node.keys if is_constant(key) and isinstance(key.value, str)]


def _fix(run: TrainingRun, known: Sequence[str], *, inputs: bool) -> Fix | None:
    """Rename the keys of all dictionaries alike."""
    found = list(_dictionaries(run, inputs=inputs))
    used = list(dict.fromkeys(key for _, _, node in found for key in _keys(node)))
    wrong, free = [key for key in used if key not in known], [n for n in known if n not in used]
    pairs = _paired(wrong, free) or (_by_shape(run, found, wrong, free) if inputs else None)
    if not pairs:
        return None
    changes = dict.fromkeys(
        SetCallArgument(item.call, argument, _renamed(node, pairs))
        for item, argument, node in found
        if set(_keys(node)) & set(pairs)
    )
    return fix_of(say("Use the names of the model as keys"), *changes)


def _renamed(node: DictDisplay, pairs: dict[str, str]) -> str:
    parts = []
    for key, value in zip(node.keys, node.values, strict=True):
        plain = is_constant(key) and isinstance(key.value, str)
        name = repr(pairs.get(key.value, key.value)) if plain else None  # type: ignore[union-attr]
        text = code_of(value)
        if name is None:
            parts.append(f"**{text}" if key is None else f"{code_of(key)}: {text}")
        else:
            parts.append(f'"{name[1:-1]}": {text}')
    return f"{{{', '.join(parts)}}}"


def _by_shape(
    run: TrainingRun,
    found: Sequence[tuple[CellCall, str, DictDisplay]],
    used: Sequence[str],
    names: Sequence[str],
) -> dict[str, str] | None:
    """Pair keys of inputs with the names of those inputs that take rows of their shape."""
    layers = () if isinstance(run.model, Missing) else run.model.layers
    wanted = {layer.name: layer.output_shape for layer in layers if layer.name in names}
    pairs: dict[str, str] = {}
    for _, _, node in found:
        for key, value in zip(node.keys, node.values, strict=True):
            thing = variable_named(run, value)
            if not is_constant(key) or key.value not in used or thing is None:
                continue
            row = thing.shape[1:] if thing.shape else None
            fitting = [name for name, shape in wanted.items() if shape == row]
            if len(fitting) == 1:
                pairs[str(key.value)] = fitting[0]
    return pairs if len(set(pairs.values())) == len(used) else None


_ALIKE = 0.5


def _paired(used: list[str], names: list[str]) -> dict[str, str] | None:
    """Pair keys with names, None where some key has none."""
    pairs: dict[str, str] = {}
    left = list(names)
    for key in used:
        held = [name for name in left if key.lower() in name.lower() or name.lower() in key.lower()]
        near = held or difflib.get_close_matches(key, left, n=1, cutoff=_ALIKE)
        if len(near) == 1:
            pairs[key] = near[0]
            left.remove(near[0])
    rest = [key for key in used if key not in pairs]
    if len(rest) == 1 and len(left) == 1:
        pairs[rest[0]] = left[0]
        rest = []
    return None if rest else pairs
