"""A report in Chinese: its words, its columns, its picture, and that it stays as safe as in English."""

import json
import re
import warnings
from dataclasses import replace

import pytest

from nbdiag import Report, Settings, diagnose
from nbdiag.engine import judge
from nbdiag.panel import Panel, layout
from nbdiag.render import html, text
from nbdiag.render.columns import padded, width, wrapped
from nbdiag.render.curves import figure, fonts
from tests.recorded import FILES, RUNS, judged, load
from tests.render import stories
from tests.render.markup import Markup, poisoned

CHINESE = re.compile(r"[\u4e00-\u9fff]")
NUMBER = re.compile(r"\d+\.\d+|\d{3,}")  # small whole numbers may be words: "one class"


def chinese(run):
    return diagnose(run, Settings(lang="zh"))


@pytest.fixture
def saturated():
    return load(RUNS / "head" / "nbd102_faulty_saturated.json")


@pytest.fixture(autouse=True)
def quick_picture(monkeypatch):
    monkeypatch.setattr(html, "picture", lambda _: "data:image/png;base64,AA==")
    monkeypatch.setattr(layout, "picture", lambda _: "data:image/png;base64,AA==")


def test_findings_are_told_in_chinese_with_their_numbers():
    """What has no translation yet is told in English; that must stay the exception."""
    translated = []
    for path in FILES:
        said_in_chinese = judge(load(path), Settings(lang="zh")).findings
        pairs = zip(judged(path).findings, said_in_chinese, strict=True)
        for english, said in pairs:
            assert set(NUMBER.findall(english.message)) == set(NUMBER.findall(said.message))
            translated.append(bool(CHINESE.search(said.message)))
            translated += [bool(CHINESE.search(fix.title)) for fix in said.fixes]
    assert len(translated) > 500
    assert sum(translated) > 0.95 * len(translated)


def test_the_text_is_in_chinese_and_the_code_is_not(saturated):
    written = text.write(chinese(saturated))

    assert written.startswith("nbdiag: 错误 NBD102 概率输出用了平方误差")
    assert "修复 (安全): 使用二元交叉熵" in written
    assert '+model.compile(optimizer=keras.optimizers.Adam(0.1), loss="binary_cross' in written
    assert "%traindiag fix NBD102" in written


def test_the_new_cell_does_not_depend_on_the_language(saturated):
    cells = [
        [
            fix.source
            for item in diagnose(saturated, Settings(lang=lang)).findings
            for fix in item.fixes
        ]
        for lang in ("en", "zh")
    ]
    assert cells[0] == cells[1]


def test_a_report_keeps_its_language_as_data(saturated):
    report = chinese(saturated)
    again = Report.from_dict(json.loads(json.dumps(report.to_dict())))

    assert again.lang == "zh"
    assert str(again) == str(report)
    assert again.to_html() == report.to_html()


def test_a_report_of_an_older_nbdiag_is_english(saturated):
    data = diagnose(saturated).to_dict()
    del data["lang"]
    assert Report.from_dict(data).lang == "en"


def test_no_line_is_wider_than_the_page(saturated):
    lines = text.write(chinese(saturated)).splitlines()
    told = [line for line in lines if CHINESE.search(line) and "|" not in line]
    prose = [line for line in told if "  " not in line.strip()]
    assert len(prose) > 5
    assert max(map(width, prose)) <= 96


def test_columns_of_evidence_stand_below_each_other(saturated):
    lines = text.write(chinese(saturated)).splitlines()
    head = next(line for line in lines if "实测值" in line)
    column = width(head[: head.index("实测值")])
    row = next(line for line in lines if line.strip().startswith("梯度的范数"))
    assert width(row[: row.index("0.0e+00")]) == column


@pytest.mark.parametrize(
    ("line", "columns", "lines"),
    [
        ("损失停滞不动", 8, ["损失停滞", "不动"]),
        ("损失停滞。不动", 8, ["损失停", "滞。不动"]),  # no line begins with a full stop
        ("用 Adam 吧", 7, ["用 Adam", "吧"]),
        ("short words only", 8, ["short", "words", "only"]),
        ("一averyverylongword", 6, ["一", "averyverylongword"]),
    ],
)
def test_lines_break_between_characters_and_never_inside_a_word(line, columns, lines):
    assert wrapped(line, columns, "").split("\n") == lines


def test_cells_are_filled_up_to_their_columns():
    assert padded("损失", 6) == "损失  "
    assert padded("loss", 6) == "loss  "


def test_the_picture_stays_english_without_a_font(monkeypatch, saturated):
    monkeypatch.setattr(figure, "font_for", lambda _: None)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        drawn = figure.draw(chinese(saturated))
        assert figure.png(chinese(saturated))
    assert drawn.axes[0].get_title(loc="left") == "loss"
    assert not any(CHINESE.search(item.get_text()) for item in drawn.findobj(match=_is_text))


def test_the_picture_is_chinese_with_a_font(monkeypatch, saturated):
    monkeypatch.setattr(figure, "font_for", lambda _: "DejaVu Serif")  # any font that is there
    drawn = figure.draw(chinese(saturated))
    assert drawn.axes[0].get_title(loc="left") == "损失"
    assert "轮次（epoch）" in [text.get_text() for text in drawn.axes[0].texts]


def test_a_font_is_looked_for_among_those_installed(monkeypatch):
    class Font:
        name = "SimHei"

    monkeypatch.setattr(fonts.font_manager.fontManager, "ttflist", [Font])
    fonts.font_for.cache_clear()
    assert fonts.font_for("zh") == "SimHei"
    assert fonts.font_for("en") is None
    fonts.font_for.cache_clear()


def test_text_of_the_users_never_becomes_markup_in_chinese_either():
    report = replace(stories.wrong_loss(), lang="zh")
    plain = Markup(html.write(report))
    spiked = Markup(html.write(poisoned(report, "<script>alert(1)</script>{x}{0}%s")))
    assert not spiked.tags["script"]
    assert set(spiked.tags - plain.tags) <= {"span"}
    assert "follows from" not in plain.text


def test_the_panel_speaks_chinese_also_when_it_answers(saturated):
    panel = Panel(chinese(saturated))
    said = "".join(item.value for item in _pages(panel))

    assert "使用二元交叉熵" in panel.fix_buttons[0].description
    assert "为什么？" in said
    assert "它检查什么" in said  # the page's headings; its text stays as it is written
    assert "What it finds" not in said

    panel.fix_buttons[0].click()
    assert "当前没有笔记本在显示此面板" in "".join(item.value for item in _pages(panel))

    panel._hear({"type": "inserted", "fix": 0, "ok": False, "why": "<b>no</b>"})
    answered = "".join(item.value for item in _pages(panel))
    assert "无法插入新单元格，因为&lt;b&gt;no&lt;/b&gt;。" in answered
    assert "<code>%traindiag fix NBD102</code>" in answered


def test_known_reasons_of_the_front_end_are_translated(saturated):
    panel = Panel(chinese(saturated))
    why = "this front end gives no access to its cells"
    panel._hear({"type": "inserted", "fix": 0, "ok": False, "why": why})
    assert "此前端不允许访问它的单元格" in "".join(item.value for item in _pages(panel))


def _pages(widget):
    yield from [widget] if isinstance(getattr(widget, "value", None), str) else []
    for child in getattr(widget, "children", ()):
        yield from _pages(child)


def _is_text(item):
    return hasattr(item, "get_text") and hasattr(item, "get_fontsize")
