"""What is certain of a training that is not over: never more than its end shows."""

import math
from dataclasses import replace

import hypothesis
import pytest

from nbdiag import live_verdict
from nbdiag.diagnosis import diagnose
from nbdiag.engine import judge
from nbdiag.live_verdict import at_best, epochs_left, judge_so_far, judge_stopped
from nbdiag.schema.run import Stopped
from tests.factory import make_history, make_probe, make_run
from tests.recorded import FILES, chosen, groups, judged, load
from tests.truncated import after

SOUND = tuple(path for path in FILES if "faulty" not in path.stem)
FIRST = 4
FAULTY = tuple(path for path in FILES if "faulty" in path.stem)


def grave(report):
    return {item.code for item in report.findings if item.severity != "info"}


def errors(report):
    return [item.code for item in report.findings if item.severity == "error"]


ALL = hypothesis.settings.get_current_profile_name() == "explore"


EVERY, SOUND_GROUPS = groups(FILES), groups(SOUND)


@pytest.mark.explored
@pytest.mark.parametrize("group", EVERY)
def test_nothing_is_certain_that_the_end_does_not_show(group):
    for path in EVERY[group]:
        run, final = load(path), grave(judged(path))
        for epochs in range(run.history.completed):
            # The first epochs are what is judged most often; of later ones, all are explored.
            if epochs > FIRST and not ALL and not chosen(f"{path.stem} after {epochs}", 4):
                continue
            early = grave(judge_so_far(after(run, epochs))) - final
            assert not early, f"{path.stem} after {epochs} epochs"


@pytest.mark.parametrize("group", SOUND_GROUPS)
def test_a_training_that_was_stopped_gets_no_fault_that_is_not_certain(group, monkeypatch):
    """With the test above, a sound training that was stopped gets no new fault."""
    for path in SOUND_GROUPS[group]:
        run = load(path)
        whole = run.history.completed
        for epochs in {1, whole // 2, whole - 1} & set(range(1, whole)):
            early = after(run, epochs)
            # Both begin with the same judgement, which takes nearly all the time.
            first = judge(early)
            monkeypatch.setattr(
                live_verdict,
                "judge",
                lambda run, settings=None, early=early, first=first: (
                    first if run is early and settings is None else judge(run, settings)
                ),
            )
            name = f"{path.stem} after {epochs} epochs"
            assert grave(judge_stopped(early)) == grave(judge_so_far(early)), name


def test_most_faults_of_loss_and_head_are_certain_before_the_first_step():
    """What is wrong with data or layers often shows only in what the training comes to."""
    runs = [load(path) for path in FAULTY if path.parent.name == "head"]
    # A line after the training that crashes is no fault of the training.
    ended = [run for run in runs if run.history.completed and run.error is None]
    known = [run for run in ended if errors(judge(run))]
    early = [run for run in known if errors(judge_so_far(after(run, 0)))]
    assert len(early) >= 0.6 * len(known) > 10


def test_a_run_that_is_over_is_judged_as_it_is():
    run = load(next(path for path in FAULTY if path.stem.startswith("nbd304")))
    over = replace(run, fit=replace(run.fit, epochs=run.history.completed, initial_epoch=0))
    report = judge_so_far(over)
    assert grave(report) == grave(judge(over)) != set()
    assert all(item.severity != "info" for item in report.findings)


def test_the_best_that_can_come():
    run = make_run(
        epochs=10, metrics=("accuracy",), history=make_history(loss=[2.0, 1.0], accuracy=[0.5, 0.6])
    )
    best = at_best(run).history
    assert epochs_left(run) == 8
    assert best.completed == 10
    assert best.epochs["loss"][:2] == (2.0, 1.0)
    assert best.epochs["loss"][-1] == pytest.approx(1e-3)
    assert list(best.epochs["loss"]) == sorted(best.epochs["loss"], reverse=True)
    assert best.epochs["accuracy"][2:] == (1.0,) * 8


def test_a_loss_below_zero_goes_on_falling():
    best = at_best(make_run(epochs=10, history=make_history(loss=[0.2, -0.4]))).history
    assert list(best.epochs["loss"]) == sorted(best.epochs["loss"], reverse=True)


def nan_after(*losses, nans=0):
    probe = make_probe(moment="epoch", epoch=1)
    spoiled = replace(probe, variables=tuple(replace(item, nans=nans) for item in probe.variables))
    return make_run(
        epochs=50, history=make_history(loss=list(losses)), probes=(make_probe(), spoiled)
    )


def test_numbers_that_are_no_numbers_stay_so():
    once = nan_after(0.5, math.nan)
    assert at_best(once) is not once
    for lost in (nan_after(0.5, math.nan, math.nan), nan_after(math.nan, nans=3)):
        assert at_best(lost) is lost
        assert "NBD305" in errors(judge_so_far(lost))


def test_what_was_stopped_tells_as_information_what_more_epochs_could_mend():
    sound = next(path for path in SOUND if path.stem == "nbd111_healthy_price")
    run = after(load(sound), 1)
    assert "NBD302" in grave(judge(run))
    for early in (replace(run, stopped=Stopped("user", epochs=1)), replace(run, interrupted=True)):
        item = diagnose(early).find("NBD302")
        assert (item.severity, item.confidence) == ("info", "suspected")
